import { ConfigError, secret, text, url } from "@pulsecourier/runtime";
import { z } from "zod";
import { createFolderStore } from "./folder-store.ts";
import { createS3Store } from "./s3-store.ts";
import type { AttachmentStore } from "./store.ts";

/** Where attachments are kept; the same for all that store and send them. */
export const attachmentStoreEnv = z.object({
  ATTACHMENTS_DIR: text()
    .default(".pulse/attachments")
    .describe("Folder attachments are kept in, shared by the gateway and the senders"),
  ATTACHMENTS_S3_BUCKET: text()
    .optional()
    .describe("Bucket attachments are kept in instead of the folder"),
  ATTACHMENTS_S3_REGION: text().default("us-east-1").describe("AWS region of the bucket"),
  ATTACHMENTS_S3_ENDPOINT: url("https", "http")
    .optional()
    .describe("Server that speaks S3, addressed path-style; without one, Amazon's of the region"),
  ATTACHMENTS_S3_ACCESS_KEY_ID: text()
    .optional()
    .describe(
      "Access key that may put, get and delete the bucket's objects; without one, the role of the instance, task or pod is used",
    ),
  ATTACHMENTS_S3_SECRET_ACCESS_KEY: secret().optional().describe("That access key's secret"),
});
export type AttachmentStoreConfig = z.output<typeof attachmentStoreEnv>;

/** Opens the store; connects when it is first used. Throws ConfigError when one half of the credentials is missing. */
export function openAttachmentStore(config: AttachmentStoreConfig): AttachmentStore {
  const { ATTACHMENTS_S3_BUCKET: bucket, ATTACHMENTS_DIR: dir } = config;
  if (bucket === undefined) return createFolderStore({ dir });
  const { ATTACHMENTS_S3_REGION: region, ATTACHMENTS_S3_ENDPOINT: endpoint } = config;
  return createS3Store({ bucket, region, endpoint, credentials: credentialsOf(config) });
}

function credentialsOf(config: AttachmentStoreConfig) {
  const {
    ATTACHMENTS_S3_ACCESS_KEY_ID: accessKeyId,
    ATTACHMENTS_S3_SECRET_ACCESS_KEY: secretAccessKey,
  } = config;
  if (accessKeyId !== undefined && secretAccessKey !== undefined)
    return { accessKeyId, secretAccessKey };
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  const problem = "set both ATTACHMENTS_S3_ACCESS_KEY_ID and this, or neither";
  throw new ConfigError([{ name: "ATTACHMENTS_S3_SECRET_ACCESS_KEY", problem }]);
}
