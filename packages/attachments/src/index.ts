export {
  type AttachmentStoreConfig,
  attachmentStoreEnv,
  openAttachmentStore,
} from "./open-store.ts";
export { type AttachmentStore, type ObjectKey, StoreUnavailableError } from "./store.ts";
