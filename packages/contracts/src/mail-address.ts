import addressparser from "nodemailer/lib/addressparser";

// RFC 5321 §4.5.3.1: at most 64 octets before the @ and 254 in all; quoted local parts are not taken.
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;
const MAX_LOCAL = 64;
const MAX_ADDRESS = 254;

/** Most addresses: valid, and nothing in them could be written in a second way. */
const NORMAL =
  /^(?=.{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
/** Lists, groups and what would end a header. */
const SEVERAL = /[,;:]|\p{Cc}|\u2028|\u2029/u;
/** Longer ones are no addresses, and not looked into. */
const MAX_WRITTEN = 320;

/** True for one bare address such as `ada@example.com`: no display name, no list, no comment. */
export function isMailAddress(address: string): boolean {
  const at = address.lastIndexOf("@");
  const local = address.slice(0, at);
  const labels = address.slice(at + 1).split(".");
  return (
    at > 0 &&
    address.length <= MAX_ADDRESS &&
    local.length <= MAX_LOCAL &&
    LOCAL.test(local) &&
    labels.length <= 127 &&
    labels.every((label) => LABEL.test(label))
  );
}

/**
 * An address in the form it is kept and compared in: white space and angle brackets around it gone, its domain in lower
 * case (RFC 5321 §2.4: what stands before the @ keeps its case). Null for what is not exactly one address: a display
 * name, a list, a line break.
 */
export function toMailAddress(written: string): string | null {
  if (written.length <= MAX_ADDRESS && NORMAL.test(written)) return written;
  if (written.length > MAX_WRITTEN || SEVERAL.test(written)) return null;
  const [mailbox, ...others] = addressparser(written, { flatten: true });
  if (mailbox === undefined || others.length > 0 || mailbox.name !== "") return null;
  const { address } = mailbox;
  if (!isMailAddress(address)) return null;
  const at = address.lastIndexOf("@");
  return address.slice(0, at) + address.slice(at).toLowerCase();
}
