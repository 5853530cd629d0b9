import type { CatalogSnapshot } from "@pulsecourier/catalog";
import type { AdhocEvent, Channel, StepOf, WorkflowDefinition } from "@pulsecourier/contracts";
import type { SagaPlan } from "../read/request.ts";
import { skipOf } from "./pause-of.ts";
import { factError } from "./choose-channels.ts";
import { type Served, servedBy } from "./served-contents.ts";

/** The step of a request whose channels are tried in turn. */
const STEP = "send";

/** Channels tried in turn are a workflow of one step; a single one has nothing to fall back on and needs none. */
export function planFirst(
  first: AdhocEvent["first"],
  candidates: readonly Channel[],
): SagaPlan | null {
  if (first === undefined || candidates.length < 2) return null;
  const step: StepOf<"send"> = {
    type: "send",
    name: STEP,
    channels: [...candidates],
    strategy: "first",
    ...first,
    required: true,
  };
  return { definition: { steps: [step] }, workflow: null, templates: {} };
}

/** A workflow as it is in the catalog the event was accepted with, its templates pinned. */
export function planWorkflow(
  name: string,
  catalog: CatalogSnapshot,
): Served & { saga: SagaPlan | null } {
  const found = catalog.workflows.get(name);
  if (found === undefined) {
    const failure = factError("unknown_workflow", `Workflow ${name} is not live; PUT it.`);
    return { ...servedBy([], new Map()), failure, saga: null };
  }
  if (skipOf(name, catalog) !== null) {
    const failure = factError("workflow_paused", `Workflow ${name} is paused.`);
    return { ...servedBy([], new Map()), failure, saga: null };
  }
  const { version, definition } = found;
  const sends = sendSteps(definition);
  const templates: Record<string, number> = {};
  for (const template of sends.flatMap(templatesOf)) {
    const pinned = template === undefined ? undefined : catalog.templates.get(template);
    if (template !== undefined && pinned !== undefined) templates[template] = pinned.version;
  }
  const lost = sends.find((step) =>
    templatesOf(step).some((template) => template === undefined || !(template in templates)),
  );
  const channels = [...new Set(sends.flatMap((step) => step.channels))];
  const message = `Step ${lost?.name} of workflow ${name} names a template that is not live; PUT it.`;
  return {
    ...servedBy(channels, new Map()),
    failure: lost === undefined ? null : factError("unknown_template", message),
    saga: { definition, workflow: { name, version }, templates },
  };
}

function sendSteps({ steps }: WorkflowDefinition): StepOf<"send">[] {
  return steps.filter((step) => step.type === "send");
}

function templatesOf({ template, correction }: StepOf<"send">): (string | undefined)[] {
  return correction === undefined ? [template] : [template, correction.template];
}
