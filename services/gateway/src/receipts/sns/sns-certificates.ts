import { type KeyObject, X509Certificate } from "node:crypto";
import { PulseError } from "@pulsecourier/contracts";

const PATH = /^\/SimpleNotificationService-[0-9a-f]{16,64}\.pem$/;
/** Amazon changes its certificate about once a year, per region. */
const MAX_KEPT = 32;
/** Whoever makes paths up must not make us call Amazon for each. */
const MAX_FETCHES = 30;
const WINDOW_MS = 60_000;

type Kept = { key: KeyObject; from: number; to: number };

/** The keys Amazon SNS signs with, each certificate fetched once. */
export function createSnsCertificates(fetchText: (url: URL) => Promise<string>) {
  const kept = new Map<string, Promise<Kept>>();
  let fetches: number[] = [];

  function fetchOnce(url: URL, now: number): Promise<Kept> {
    fetches = fetches.filter((at) => now - at < WINDOW_MS);
    if (fetches.length >= MAX_FETCHES)
      throw new PulseError("unavailable", "Too many unknown certificates; try again in a minute.");
    fetches.push(now);
    const fetched = fetchText(url).then(readCertificate);
    fetched.catch(() => kept.delete(url.href));
    if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value ?? "");
    kept.set(url.href, fetched);
    return fetched;
  }

  return {
    /**
     * The key of the certificate at `url`; null when it cannot be one of SNS', or is not valid at `now`. Rejects
     * with `unavailable` when it cannot be fetched.
     */
    async keyAt(url: URL, now: number): Promise<KeyObject | null> {
      if (!PATH.test(url.pathname) || url.search !== "") return null;
      try {
        const { key, from, to } = await (kept.get(url.href) ?? fetchOnce(url, now));
        return now >= from && now <= to ? key : null;
      } catch (cause) {
        if (cause instanceof PulseError) throw cause;
        throw new PulseError("unavailable", "The certificate could not be fetched.", { cause });
      }
    },
  };
}

function readCertificate(pem: string): Kept {
  const { publicKey: key, validFromDate, validToDate } = new X509Certificate(pem);
  if (key.asymmetricKeyType !== "rsa") throw new Error("the certificate's key is not RSA");
  return { key, from: validFromDate.getTime(), to: validToDate.getTime() };
}
