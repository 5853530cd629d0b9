/** Words carriers know; https://help.twilio.com/articles/223134027. */
const STOP = new Set(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"]);
const START = new Set(["START", "UNSTOP", "YES"]);

/**
 * What a message asks for that is one such word, in any case and punctuation; null for any other, longer ones too:
 * "stop by at five" is no STOP.
 */
export function optOutWish(text: string): "stop" | "start" | null {
  const word = text
    .slice(0, 64)
    .replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "")
    .toUpperCase();
  if (STOP.has(word)) return "stop";
  return START.has(word) ? "start" : null;
}
