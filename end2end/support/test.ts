// The `test` of every spec: fails on anything that the browser calls an error.
import { expect, test as base, type Page } from "@playwright/test";

/** Statuses that a spec provokes on purpose: Chromium writes each into its console as an error. */
type Provoked = { provoked: number[] };

export const test = base.extend<Provoked & { watched: void }>({
  provoked: [[], { option: true }],
  watched: [
    async ({ page, provoked }, use) => {
      const errors: string[] = [];
      watch(page, errors, provoked);
      await use();
      expect(errors, "errors in the browser's console").toEqual([]);
    },
    { auto: true },
  ],
});

export function watch(page: Page, errors: string[], provoked: number[] = []) {
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    const text = message.text();
    const isProvoked = provoked.some((status) => text.includes(`the server responded with a status of ${status}`));
    if (message.type() === "error" && !isProvoked) errors.push(`${text} (${message.location().url})`);
    if (message.type() === "warning" && /hydrat|reactive tracking context/i.test(text)) errors.push(text);
  });
}

export { expect };
