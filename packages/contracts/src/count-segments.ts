// 3GPP TS 23.038 §6.2.1: the default alphabet, and the characters that take an escape and so count twice.
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("\f^{}\\[~]|€");

/** Units in a message of one segment, and in each of several, where a header takes its share (3GPP TS 23.040). */
const ROOM = { "GSM-7": { single: 160, each: 153 }, "UCS-2": { single: 70, each: 67 } } as const;

export type Segments = { encoding: keyof typeof ROOM; segments: number };

/**
 * How many segments a text message is billed as. One character outside the GSM alphabet makes all of it UCS-2;
 * an escaped character and a surrogate pair are never cut in two.
 */
export function countSegments(text: string): Segments {
  const characters = Array.from(text);
  const gsm = characters.every((one) => BASIC.has(one) || EXTENDED.has(one));
  const encoding = gsm ? "GSM-7" : "UCS-2";
  const sizes = characters.map((one) => (gsm ? (EXTENDED.has(one) ? 2 : 1) : one.length));
  const { single, each } = ROOM[encoding];
  if (sizes.reduce((sum, size) => sum + size, 0) <= single) return { encoding, segments: 1 };
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > each) {
      segments += 1;
      used = 0;
    }
    used += size;
  }
  return { encoding, segments };
}
