export {
  type CompiledTemplate,
  type CompileResult,
  compileTemplate,
  requiredPaths,
} from "./compile-template.ts";
export { htmlToText } from "./derive-text.ts";
export { HELPERS } from "./helper-table.ts";
export { renderChannel } from "./render-channel.ts";
export type {
  CompileOptions,
  RenderError,
  RenderRequest,
  RenderResult,
  TemplateProblem,
  TemplateSource,
} from "./template-types.ts";
export { unsubscribeHeaders } from "./unsubscribe-headers.ts";
