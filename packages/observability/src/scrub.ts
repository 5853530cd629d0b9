// Lengths are bounded so that a hostile line cannot make matching quadratic.
const email = /[^\s"'\\<>()[\],:;@=/]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,252})\.\p{L}{2,63}/gu;
const phone = /(?<![\w.+-])\+\d(?:[ ().-]?\d){6,14}(?!\d)/g;
const urlPassword = /(\w:\/\/[^\s:/"@]{0,256}):[^\s"@/]{1,256}@/g;
const bearer = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;
const keys = /\b(?:pc_[a-z]{2,8}_|SG\.|whsec_|xox[a-z]-|sk_)[\w.-]{6,}/g;
// Slack's incoming webhooks and Telegram's bots carry their secret in the path.
const secretPaths = /(hooks\.slack\.com\/services\/)[\w/-]+|(?<!\d)\d{5,16}:[\w-]{30,64}/g;

/**
 * Takes recipient addresses (email, E.164 phone) and secrets (URL passwords, bearer tokens, API keys, secret paths)
 * out of free text such as a provider's error message. What stays is safe to log.
 */
export function scrub(text: string): string {
  let clean = text;
  if (clean.includes("@"))
    clean = clean.replace(urlPassword, "$1:[redacted]@").replace(email, "[email]");
  if (clean.includes("+")) clean = clean.replace(phone, "[phone]");
  return clean
    .replace(bearer, "$1 [redacted]")
    .replace(keys, "[key]")
    .replace(secretPaths, "$1[key]");
}
