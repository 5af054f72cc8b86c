import { activateSource, addSource, goTo, inAccount, signUp } from "../support/console";
import { expect, test } from "../support/test";

test("a list is filtered step by step, and the keyboard stays where it is", async ({ page, request }) => {
  await signUp(page);
  const url = await addSource(page, "Shop", `shop-${Date.now()}`, "order.received");
  await activateSource(page);
  await request.post(url, { data: { n: 1 } });

  await goTo(page, inAccount(page, "activity/events"));
  const type = page.getByLabel("Event type");
  await type.fill("customer.*");
  await type.press("Enter");
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await expect(type).toBeFocused();
  await type.fill("order.*");
  await type.press("Enter");
  await expect(page.getByRole("link", { name: "order.received" })).toBeVisible();

  await goTo(page, `${inAccount(page, "activity/deliveries")}?status=pending`);
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await page.getByLabel("Status").selectOption("failed");
  await expect(page).toHaveURL(/status=failed/);
  await page.getByRole("link", { name: "Clear filters" }).click();
  await expect(page.getByText("No deliveries yet")).toBeVisible();
  // There is nothing to filter where there never was any.
  await expect(page.getByLabel("Status")).toBeHidden();

  await goTo(page, inAccount(page, "activity/requests"));
  await page.locator("select[name=source]").selectOption({ label: "Shop" });
  await page.locator("select[name=outcome]").selectOption("refused");
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await expect(page).toHaveURL(/source=[0-9a-f-]{36}/);
});
