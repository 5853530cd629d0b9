import type {
  AttachmentRef,
  CategoryDefinition,
  Channel,
  FactError,
  InlineRecipient,
  Lane,
  TenantSettings,
  WorkflowDefinition,
} from "@pulsecourier/contracts";
import type { AcceptedEvent } from "./event.ts";

/** What a saga is to carry out. */
export type SagaPlan = {
  definition: WorkflowDefinition;
  /** Null for channels that are tried in turn without a workflow. */
  workflow: { name: string; version: number } | null;
  /** Versions of the templates its steps name. */
  templates: Record<string, number>;
};

/** What a rule, or an ad-hoc request, asks for: the same for all its recipients. */
export type Request = {
  event: AcceptedEvent;
  /** Null where none asked for it. */
  rule: { name: string; version: number } | null;
  template: { name: string; version: number } | null;
  /** Channels asked for, or all that the content can serve. */
  candidates: readonly Channel[];
  /** The candidates were asked for by name. */
  named: boolean;
  /** What each channel can be served with; null where the sender renders the template. */
  contents: ReadonlyMap<Channel, Record<string, string> | null>;
  category: string | null;
  policy: CategoryDefinition;
  lane: Lane;
  sandbox: boolean;
  /** Of the tenant, at the event's revision. */
  settings: TenantSettings;
  sendAt: string | null;
  expiresAt: string | null;
  metadata: Record<string, string> | null;
  /** Set when it takes several steps. */
  saga: SagaPlan | null;
  /** Each channel takes them if it can. */
  attachments: readonly AttachmentRef[];
  /** By recipient key. */
  recipients: ReadonlyMap<string, string | InlineRecipient>;
  /** Names of those whose members it is for, too: page by page, each by an event of its own. */
  audiences: readonly string[];
  /** Ends every notification of the request before any choice. */
  failure: FactError | null;
};
