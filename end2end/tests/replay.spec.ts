// Requests that were refused, replayed once what refused them is mended.
import { activateSource, addSource, goTo, inAccount, save, signUp } from "../support/console";
import { addPointSource } from "../support/records";
import { expect, test } from "../support/test";

test("A24: a wrong filter is mended, and all that it refused are replayed with progress", async ({ page, request }) => {
  await signUp(page);
  const url = await addSource(page, "Points", `points-${Date.now()}`, "point.added");
  const source = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Add criterion" }).click();
  await page.getByLabel("Attribute", { exact: true }).fill("body.number");
  await page.getByLabel("Operator").selectOption("exists");
  await save(page);
  await activateSource(page);
  for (const n of [1, 2, 3]) expect((await request.post(url, { data: { n } })).status()).toBe(422);

  const requests = inAccount(page, "activity/requests");
  await goTo(page, `${requests}?outcome=filtered`);
  await expect(page.locator("a[data-row]")).toHaveCount(3);
  await goTo(page, source);
  await page.getByLabel("Attribute", { exact: true }).fill("body.n");
  await save(page);

  await goTo(page, `${requests}?outcome=filtered`);
  await page.getByRole("button", { name: "Replay all that match" }).click();
  const dialog = page.getByRole("dialog", { name: "Replay these requests?" });
  await expect(dialog.getByText("3 requests will be replayed, the oldest first.")).toBeVisible();
  await dialog.getByRole("button", { name: "Replay", exact: true }).click();
  const progress = page.getByRole("region", { name: "Replay" });
  await expect(progress.getByText("Replay finished: 3 of 3")).toBeVisible({ timeout: 30_000 });
  await expect(progress.getByText("3 accepted, 0 refused")).toBeVisible();

  await progress.getByRole("link", { name: "Show what it made" }).click();
  await expect(page).toHaveURL(/replay=[0-9a-f-]{36}/);
  await expect(page.locator("a[data-row]")).toHaveCount(3);
  await page.locator("a[data-row]").first().click();
  await expect(page.locator(".page-head .chip")).toHaveText("Accepted");
  await page.getByRole("link", { name: "the original request" }).click();
  await expect(page.locator(".page-head .chip")).toHaveText("Filtered");

  await goTo(page, inAccount(page, "activity/events"));
  await expect(page.getByRole("link", { name: "point.added" })).toHaveCount(3);
});

test("A24: a wrong mapping is mended, and what it refused is replayed", async ({ page, request }) => {
  await signUp(page);
  const url = await addPointSource(page, "Points");
  const source = new URL(page.url()).pathname;
  const points = page.getByLabel("From: attribute of the body").last();
  await expect(points).toHaveValue("pointstobeadded");
  await points.fill("points");
  await save(page);
  await activateSource(page);
  for (const pointstobeadded of ["150", "25"]) {
    const sent = await request.post(url, { data: { clientID: "C-8", pointstobeadded, reason: "visit", pointadd: true } });
    expect([sent.status(), await sent.json()]).toEqual([422, { notok: false }]);
  }
  await goTo(page, inAccount(page, "customers"));
  await expect(page.getByText("No customers yet")).toBeVisible();

  await goTo(page, source);
  await expect(points).toHaveValue("points");
  await points.fill("pointstobeadded");
  await save(page);
  // This one was never refused, so it is not among what is replayed.
  const taken = await request.post(url, { data: { clientID: "C-8", pointstobeadded: "1000", reason: "visit", pointadd: true } });
  expect(taken.status()).toBe(200);

  await page.locator(".tab-strip").getByRole("link", { name: "Logs" }).click();
  await expect(page.locator("a[data-row]")).toHaveCount(3);
  await page.locator("select[name=outcome]").selectOption("record_refused");
  await expect(page.locator("a[data-row]")).toHaveCount(2);
  await page.getByRole("button", { name: "Replay all that match" }).click();
  const dialog = page.getByRole("dialog", { name: "Replay these requests?" });
  await expect(dialog.getByText("2 requests will be replayed, the oldest first.")).toBeVisible();
  await dialog.getByRole("button", { name: "Replay", exact: true }).click();
  const progress = page.getByRole("region", { name: "Replay" });
  await expect(progress.getByText("Replay finished: 2 of 2")).toBeVisible({ timeout: 30_000 });
  await expect(progress.getByText("2 accepted, 0 refused")).toBeVisible();

  await goTo(page, inAccount(page, "customers"));
  await page.getByRole("link", { name: "C-8" }).click();
  await expect(page.locator(".figure").filter({ hasText: "Points" }).locator("dd")).toHaveText("1175");
  await page.locator(".tab-strip").getByRole("link", { name: "Events" }).click();
  await expect(page.getByRole("row").filter({ hasText: "point_add" })).toHaveCount(3);
});

test("A24: one request is replayed from its page, which then knows of it", async ({ page, request }) => {
  await signUp(page);
  const url = await addSource(page, "Shop", `shop-${Date.now()}`, "order.received");
  await activateSource(page);
  expect((await request.post(url, { data: { n: 1 } })).status()).toBe(200);
  const requests = inAccount(page, "activity/requests");
  await goTo(page, requests);
  await page.locator("a[data-row]").first().click();
  await expect(page.locator(".page-head .chip")).toHaveText("Accepted");
  const original = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Replay", exact: true }).click();
  await expect(page.getByText("It was replayed: this is what came of it.")).toBeVisible();
  await expect(page).not.toHaveURL(original);
  await page.getByRole("link", { name: "the original request" }).click();
  await expect(page).toHaveURL(original);
  await page.getByRole("link", { name: "once" }).click();
  await expect(page.locator("a[data-row]")).toHaveCount(1);
  await page.locator("select[name=outcome]").selectOption("accepted");
  await expect(page).toHaveURL(/replay_of=[0-9a-f-]{36}.*outcome=accepted/);
  await expect(page.locator("a[data-row]")).toHaveCount(1);
});
