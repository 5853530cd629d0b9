/** Why a socket is closed, as clients see it (RFC 6455 §7.4; 4000 and up are ours). */
export const CLOSE = {
  /** Deploy: connect again, another instance takes you. */
  goingAway: 1001,
  /** A frame that is not in the protocol, or too many of them. */
  policy: 1008,
  /** Too many sockets here, this one does not read, or its frame could not be stored: connect again with `resume`. */
  overload: 1013,
  /** No token in time, a bad one, or it expired: get a new one. */
  unauthorized: 4401,
} as const;

export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE];
