import { expect, test } from "vitest";
import { unsubscribeHeaders } from "./unsubscribe-headers.ts";

test("one-click per RFC 8058, mailto second", () => {
  expect(unsubscribeHeaders({ url: "https://n.example/u?t=1", mailto: "u@n.example" })).toEqual({
    "List-Unsubscribe": "<https://n.example/u?t=1>, <mailto:u@n.example>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  });
});

test("plain http is no one-click, but on the loopback", () => {
  expect(unsubscribeHeaders({ url: "http://n.example/u" })).not.toHaveProperty(
    "List-Unsubscribe-Post",
  );
  expect(unsubscribeHeaders({ url: "http://127.0.0.1:8080/u" })).toHaveProperty(
    "List-Unsubscribe-Post",
  );
});

test("nothing ends the header or the bracket early", () => {
  const headers = unsubscribeHeaders({
    url: "https://n.example/u?>\r\nBcc: x",
    mailto: "u@n.example>\r\nBcc: y",
  });
  expect(headers["List-Unsubscribe"]).toMatch(/^<[^<>\s]+>, <[^<>\s]+>$/);
  expect(() => unsubscribeHeaders({ url: "javascript:alert(1)" })).toThrow(TypeError);
});
