import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { objectPath } from "./object-path.ts";
import { type AttachmentStore, type ObjectKey, StoreUnavailableError } from "./store.ts";

export type S3StoreOptions = {
  bucket: string;
  region: string;
  /** Another server than Amazon's; it is addressed path-style. */
  endpoint?: string | undefined;
  /** Left out, the role of the instance, task or pod is used. */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
};

/** Keeps objects in a bucket of Amazon S3 or of what speaks like it, below `attachments/`. */
export function createS3Store(options: S3StoreOptions): AttachmentStore {
  const client = createClient(options);
  const at = (key: ObjectKey) => ({
    Bucket: options.bucket,
    Key: `attachments/${objectPath(key)}`,
  });
  return {
    async put(key, content, size) {
      const Body = Readable.from(content, { objectMode: false });
      // The client waits for a body that breaks off until the server gives up.
      const broken = new AbortController();
      Body.on("error", () => broken.abort());
      try {
        const command = new PutObjectCommand({ ...at(key), Body, ContentLength: size });
        await client.send(command, { abortSignal: broken.signal });
      } catch (error) {
        throw Body.errored ?? new StoreUnavailableError(error);
      } finally {
        Body.destroy();
      }
    },
    async get(key, { size, signal }) {
      try {
        const command = new GetObjectCommand(at(key));
        const { Body, ContentLength } = await client.send(command, { abortSignal: signal });
        if (Body === undefined || ContentLength !== size) {
          if (Body instanceof Readable) Body.destroy();
          return null;
        }
        return Buffer.from(await Body.transformToByteArray());
      } catch (error) {
        if (error instanceof NoSuchKey) return null;
        throw new StoreUnavailableError(error);
      }
    },
    async remove(key) {
      try {
        await client.send(new DeleteObjectCommand(at(key)));
      } catch (error) {
        throw new StoreUnavailableError(error);
      }
    },
    close: () => client.destroy(),
  };
}

/** The client would print to the console; whoever asked is told by the error. */
const nothing = () => undefined;
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function createClient({ region, endpoint, credentials }: S3StoreOptions): S3Client {
  return new S3Client({
    region,
    logger: SILENT,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(credentials !== undefined && { credentials }),
    // Many servers that speak S3 do not know the checksums Amazon added; ours is compared by whoever reads.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
    },
  });
}
