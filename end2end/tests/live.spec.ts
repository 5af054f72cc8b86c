// Lists that are looked at while things happen: what comes and what changes is seen without a reload.
import type { Page } from "@playwright/test";
import { activateIntegration, activateSource, addIntegration, addSource, goTo, inAccount, save, signUp, subscribe } from "../support/console";
import { Receiver } from "../support/receiver";
import { expect, test } from "../support/test";

async function goLive(page: Page, path: string) {
  await goTo(page, inAccount(page, path));
  const live = page.getByRole("button", { name: "Live", exact: true });
  await live.click();
  await expect(live).toHaveAttribute("aria-pressed", "true");
}

test("requests come into their list by themselves, and wait while somebody reads", async ({ page, request }) => {
  await signUp(page);
  const url = await addSource(page, "Shop", `live-${Date.now()}`, "order.received");
  await activateSource(page);
  await goLive(page, "activity/requests");
  await expect(page.getByText("No requests yet")).toBeVisible();
  await request.post(url, { data: { number: 1 } });
  const rows = page.locator("a[data-row]");
  await expect(rows).toHaveCount(1, { timeout: 15_000 });

  await rows.first().hover();
  await expect(page.getByRole("button", { name: "Live, held" })).toBeVisible();
  await request.post(url, { data: { number: 2 } });
  await expect(page.getByRole("button", { name: "1 new" })).toBeVisible({ timeout: 15_000 });
  await expect(rows).toHaveCount(1);
  await page.mouse.move(0, 0);
  await expect(rows).toHaveCount(2);
  await expect(page.getByRole("button", { name: "1 new" })).toHaveCount(0);
});

test("a delivery goes from pending to its end in a live list, also where only failed ones are shown", async ({ page, request }) => {
  const receiver = await Receiver.start();
  receiver.status = 500;
  await signUp(page);
  await addIntegration(page, "Flaky", receiver.url);
  await page.getByLabel("Retries").selectOption("custom");
  await page.getByLabel("Delays in seconds").fill("3, 3, 3");
  await save(page);
  await activateIntegration(page);
  await subscribe(page, "order.received", "Flaky");
  const url = await addSource(page, "Shop", `tail-${Date.now()}`, "order.received");
  await activateSource(page);

  await goLive(page, "activity/deliveries");
  await request.post(url, { data: { number: 1 } });
  const chip = page.locator("table.list tbody tr").filter({ hasText: "order.received" }).locator(".chip");
  await expect(chip).toHaveText("Pending", { timeout: 15_000 });
  receiver.status = 200;
  await expect(chip).toHaveText("Delivered", { timeout: 30_000 });

  await goLive(page, "activity/deliveries?status=failed");
  await expect(page.getByText("Nothing matches")).toBeVisible();
  receiver.status = 500;
  await request.post(url, { data: { number: 2 } });
  await expect(chip).toHaveText("Failed", { timeout: 30_000 });
  await receiver.stop();
});
