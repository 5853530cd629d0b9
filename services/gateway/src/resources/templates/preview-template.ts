import type { Entry } from "@pulsecourier/catalog";
import {
  channelDefinition,
  CHANNELS,
  checkContent,
  type PreviewRequest,
  type PreviewView,
  type Problem,
  PulseError,
} from "@pulsecourier/contracts";
import {
  type CompiledTemplate,
  renderChannel,
  type RenderError,
  requiredPaths,
} from "@pulsecourier/templates";
import { pointerOf, toProblems } from "../../http/schema-problems.ts";

type Preview = {
  live: Entry<"template">;
  template: CompiledTemplate;
  sample: PreviewRequest;
  unsubscribeUrl: string;
};

/**
 * What recipients would get for the sample data: the channel asked for, or all of the template's.
 * Throws `invalid_request` with a pointer to each value that is missing or unfit.
 */
export function previewTemplate({ live, template, sample, unsubscribeUrl }: Preview): PreviewView {
  const { data, recipient, locale } = sample;
  const problems: Problem[] = [];
  const channels: PreviewView["channels"] = {};
  for (const channel of sample.channel === undefined ? CHANNELS : [sample.channel]) {
    const result = renderChannel(template, {
      channel,
      locale,
      data,
      recipient,
      extra: { unsubscribeUrl },
    });
    if (!result.ok) {
      const notAskedFor =
        result.error.code === "channel_not_in_template" && sample.channel === undefined;
      if (notAskedFor) continue;
      problems.push({
        pointer: pointerTo(result.error),
        detail: `${channel}: ${result.error.detail}`,
      });
      continue;
    }
    const { content, localeUsed: localeOf } = result;
    problems.push(
      ...toProblems(checkContent(channel, content)?.issues ?? [], ["channels", channel]),
    );
    const usage = channelDefinition(channel).usage?.(content);
    channels[channel] = { locale: localeOf, content, ...(usage && { usage }) };
  }
  if (problems.length > 0) {
    throw new PulseError(
      "invalid_request",
      "The sample does not suit the template; `errors` lists each place.",
      { problems },
    );
  }
  return {
    name: live.name,
    version: live.version,
    channels,
    requiredPaths: requiredPaths(template),
  };
}

/** Where in the preview's body the value belongs; the template's variables are `data`'s fields and `recipient`. */
function pointerTo({ code, path }: RenderError): string {
  if (code === "channel_not_in_template") return "/channel";
  if (path === undefined) return "/data";
  const steps = path.split(".");
  return pointerOf(steps[0] === "recipient" ? steps : ["data", ...steps]);
}
