import { expect, test } from 'vitest';
import { createCustomer } from '../../server/test/support/builders.ts';
import { createStaff } from '../../server/test/support/staff.ts';
import { startDashboard } from './dashboard.ts';

const dashboard = startDashboard();
const { asOwner } = dashboard;

test('signing out asks before unsaved changes are lost: whoever stays is still signed in, and saves them', async () => {
  const { app } = dashboard.shop;
  const { id } = await createCustomer(app);
  const editor = await createStaff(app, { role: 'editor' });
  await asOwner(async page => {
    await page.goto(`/customers/${id}`);
    const field = page.getByLabel('External reference');
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    const signOut = async (name: string) => {
      await page.getByRole('button', { name: 'Account' }).click();
      await page.getByRole('menuitem', { name, exact: true }).click();
    };
    await field.fill('crm-7');
    for (const name of ['Sign out', 'Sign out everywhere']) {
      await signOut(name);
      await question.getByRole('button', { name: 'Stay' }).last().click();
      await question.waitFor({ state: 'detached' });
      expect((await editor.caller.get('/staff/sessions')).status).toBe(200);
    }
    await page.keyboard.press('Control+s');
    const saved = async () => (await app.admin.get(`/v2/customers/${id}`)).body.data.external_ref;
    await expect.poll(saved).toBe('crm-7');
    await page.getByText('Unsaved changes').waitFor({ state: 'detached' });

    await field.fill('lost');
    await signOut('Sign out');
    await question.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect((await editor.caller.get('/staff/sessions')).status).toBe(401);
  }, editor);
});
