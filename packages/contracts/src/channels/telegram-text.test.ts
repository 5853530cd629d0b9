import { expect, test } from "vitest";
import { telegramText } from "./telegram-text.ts";

test.each([
  ["plain & simple", "plain & simple"],
  ["<b>Order <i>A-1</i></b> is on its way", "Order A-1 is on its way"],
  ['<a href="https://example.com/?a=1&amp;b=2">here</a>', "here"],
  ["&lt;b&gt; &amp;amp; &quot;", '<b> &amp; "'],
  ["&#8364;&#x1F44B; &nbsp; &#99999999; &#x110000;", "€👋 &nbsp; &#99999999; &#x110000;"],
])("%j shows as %j", (html, text) => {
  expect(telegramText(html)).toBe(text);
});
