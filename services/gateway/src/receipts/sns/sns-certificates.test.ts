import { expect, test } from "vitest";
import { createSnsCertificates } from "./sns-certificates.ts";

const at = (path: string) => new URL(path, "https://sns.eu-west-1.amazonaws.com");
const genuine = `/SimpleNotificationService-${"a".repeat(32)}.pem`;

test("only what can be a certificate of SNS' is fetched, and not any number of times", async () => {
  let fetched = 0;
  const certificates = createSnsCertificates(() => {
    fetched += 1;
    return Promise.reject(new Error("away"));
  });
  for (const path of [
    "/",
    "/x.pem",
    `${genuine}?a=1`,
    `/x${genuine}`,
    "/SimpleNotificationService-.pem",
  ])
    expect(await certificates.keyAt(at(path), 0), path).toBeNull();
  expect(fetched).toBe(0);
  for (let n = 0; n < 100; n += 1) {
    const path = genuine.replace("aaa", n.toString(16).padStart(3, "0"));
    await expect(certificates.keyAt(at(path), n)).rejects.toMatchObject({ code: "unavailable" });
  }
  expect(fetched).toBe(30);
  await expect(certificates.keyAt(at(genuine), 61_000)).rejects.toMatchObject({
    code: "unavailable",
  });
  expect(fetched).toBe(31);
});

test("what is no certificate is fetched again when it is asked for again", async () => {
  let fetched = 0;
  const certificates = createSnsCertificates(() => {
    fetched += 1;
    return Promise.resolve("<html>");
  });
  for (const _ of [1, 2])
    await expect(certificates.keyAt(at(genuine), 0)).rejects.toMatchObject({ code: "unavailable" });
  expect(fetched).toBe(2);
});
