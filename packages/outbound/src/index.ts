export {
  createOutbound,
  type Outbound,
  type OutboundAnswer,
  type OutboundOptions,
} from "./create-outbound.ts";
export { isPublicAddress } from "./is-public-address.ts";
export { type Resolve, TargetRefused } from "./resolve-public.ts";
export { readTarget, type Target } from "./target.ts";
