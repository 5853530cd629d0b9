import { escaped, htmlPage } from "../pages/html-page.ts";

/** Asks before anything changes: mail scanners follow links, so a GET must not unsubscribe (RFC 8058 §1). */
export function confirmPage(category: string, preferencesPath: string): string {
  return htmlPage(
    "Unsubscribe",
    `<p>Stop emails about <strong>${escaped(category)}</strong>?</p>
     <form method="post"><button name="List-Unsubscribe" value="One-Click">Unsubscribe</button></form>
     ${more(preferencesPath)}`,
  );
}

/** Says what was changed. */
export function donePage(category: string, preferencesPath: string): string {
  return htmlPage(
    "Unsubscribed",
    `<p>You will get no more emails about <strong>${escaped(category)}</strong>.</p>
     ${more(preferencesPath)}`,
  );
}

function more(path: string): string {
  return `<p><a href="${escaped(path)}">Choose what you get, and how</a></p>`;
}
