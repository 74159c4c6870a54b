import {
  box,
  caretIn,
  declare,
  dialog,
  editor,
  enter,
  field,
  inStep,
  lamp,
  pane,
  record,
  row,
  slash,
  task,
  thumbTo,
  until,
  write,
} from './hands.ts'
import type { Night } from './night.ts'

export type Screen = 'priya' | 'lena' | 'tomas' | 'maya' | 'phone' | 'wall'

/** One act of the night: what is done, and what the others, the phone and the wall show of it. */
export interface Act {
  /** What happens, for people; the caption of its picture. */
  title: string
  /** Minute of the night at which it begins. */
  minute: number
  /** The screens that show it best when it is over. */
  pictures?: readonly Screen[]
  play(night: Night): Promise<void>
}

export const titles = {
  coordination: 'Agent coordination down, coalitions time out',
  payments: 'Card payments fail for EU customers',
}

const timer = (label: string) => (page: Night['priya']) =>
  page.locator('.tile').filter({ hasText: label }).first()
const acknowledge = timer('Acknowledge')
const customers = timer('Update to customers')
const hero = (night: Night) => night.wall.locator('.hero')
const card = (night: Night, title: string) => night.wall.locator('article').filter({ hasText: title })

/** The night in order; each act counts on those before it. */
export const acts: readonly Act[] = [
  {
    title: 'An incident is declared. Every screen counts the same five minutes.',
    minute: 0,
    pictures: ['wall'],
    async play(night) {
      const { priya, lena, tomas, maya, phone, wall, rooms } = night
      await wall.getByRole('heading', { name: 'No open incidents' }).waitFor()
      rooms.coordination = await declare(priya, {
        title: titles.coordination,
        playbook: 'FreeAgentics',
        level: 2,
      })
      for (const page of [lena, tomas, maya, phone]) await enter(page, titles.coordination)
      await hero(night).getByText('Acknowledge').waitFor()
      await wall.getByText('NO COMMANDER').waitFor()
      await wall.getByText(titles.coordination).waitFor()
      await inStep(
        [...[priya, lena, tomas, maya, phone].map((page) => acknowledge(page)), hero(night)],
        180,
        300,
      )
    },
  },
  {
    title: 'Acknowledged in time; somebody takes command, somebody writes, somebody talks.',
    minute: 2,
    pictures: ['priya'],
    async play(night) {
      const { priya, lena, tomas, maya, phone, wall } = night
      await lena.getByRole('button', { name: 'Acknowledge', exact: true }).click()
      for (const page of [priya, tomas, maya])
        await page
          .getByRole('listitem')
          .filter({ hasText: /Acknowledged\s*in\s*0[123]:\d\d\s*of\s*05:00/ })
          .waitFor()
      await acknowledge(phone).waitFor({ state: 'detached' })
      await hero(night).getByText('Respond').waitFor()

      await priya.keyboard.press('r')
      await dialog(priya, 'Roles').getByRole('button', { name: 'Take command' }).click()
      await dialog(priya, 'Roles').getByText('since 03:0').first().waitFor()
      await priya.keyboard.press('Escape')
      await slash(lena, '/take Scribe')
      await slash(tomas, '/take Technical Lead')
      await phone.getByRole('button', { name: 'More', exact: true }).tap()
      await phone.getByRole('menuitem', { name: 'Roles' }).tap()
      const mine = dialog(phone, 'Roles')
      await mine.locator('.holder').getByText('Priya Nair').waitFor()
      await until(
        () => mine.getByRole('button', { name: 'Take', exact: true }).count(),
        (free) => free === 1,
      )
      await mine.getByRole('button', { name: 'Take', exact: true }).tap()
      await mine.getByRole('button', { name: 'Release' }).waitFor()
      await phone.keyboard.press('Escape')
      await wall.getByText('Priya Nair').waitFor()
      await wall.getByText('NO COMMANDER').waitFor({ state: 'detached' })
      const roles = (page: Night['priya']) => page.getByTitle(/^Roles:/)
      for (const name of ['Priya', 'Tomás', 'Maya']) await roles(lena).getByText(name).waitFor()
      await roles(priya).getByText('Lena').waitFor()
    },
  },
  {
    title: 'Triage: questions are answered, tasks ticked and given away.',
    minute: 4,
    async play({ priya, lena, tomas, maya, phone, wall }) {
      await box(priya, 'immediate/severity-impact').click()
      for (const page of [lena, tomas, maya])
        await task(page, 'immediate/severity-impact')
          .getByText(/^Priya, 03:0\d/)
          .waitFor()
      await lena
        .getByRole('listitem')
        .filter({ hasText: /Responded\s*in\s*0[34]:\d\d\s*of\s*30:00/ })
        .waitFor()

      await priya.keyboard.press('q')
      const facts = dialog(priya, 'Triage')
      for (const [question, answer] of [
        ['Do customers notice it?', 'Yes'],
        ['Is it a security breach?', 'No'],
        ['Was there a deploy shortly before?', 'Yes'],
      ] as const) {
        const asked = facts.getByRole('radiogroup', { name: question })
        await asked.getByRole('radio', { name: answer, exact: true }).click()
        await asked.getByRole('radio', { name: answer, exact: true, checked: true }).waitFor()
      }
      await priya.keyboard.press('Escape')
      await box(tomas, 'immediate/monitoring').click()
      await task(priya, 'immediate/monitoring')
        .getByText(/^Tomás, 03:0\d/)
        .waitFor()
      await box(priya, 'mitigation/rollback').focus()
      await priya.keyboard.press('a')
      await dialog(priya, 'Assign')
        .getByRole('button', { name: /^Tomás/ })
        .click()
      await tomas.getByRole('region', { name: 'Yours' }).getByText('Think about rolling back').waitFor()

      await thumbTo(phone, /^Tasks/)
      await task(phone, 'mitigation/rollback').getByText('Tomás has it').waitFor()
      await wall.getByText(/^Investigating, \d+ of \d+ done$/).waitFor()
    },
  },
  {
    title: 'It is worse than it looked: the severity is raised, with a reason.',
    minute: 6,
    async play({ priya, lena, tomas, maya, phone, wall }) {
      await record(
        tomas,
        'Finding',
        'Release 4.18.0 went out at 02:52, eight minutes before the first lock timeout.',
      )
      await row(priya, 'Release 4.18.0').waitFor()
      await priya.keyboard.press('s')
      await dialog(priya, 'Severity').waitFor()
      await priya.keyboard.press('ArrowUp')
      await dialog(priya, 'Severity').getByLabel('Reason').fill('212 of 214 workspaces cannot start a run')
      await priya.keyboard.press('Enter')
      for (const page of [priya, lena, tomas, maya, phone])
        await page.getByRole('button', { name: /^Severity SEV-1 Critical/ }).waitFor()
      await wall.locator('header').getByText('SEV-1').waitFor()
    },
  },
  {
    title: 'The talk and the record: pinned, decided with a reason, dated back, pasted.',
    minute: 8,
    pictures: ['lena'],
    async play({ priya, lena, tomas, maya, phone }) {
      await record(tomas, 'Chat', 'Redis is at 95 % of its memory, the lock keys have no expiry')
      await row(lena, 'Redis is at 95 %').waitFor()
      await thumbTo(phone, /^Timeline/)
      await inStep([customers(phone)], 3_000, 3_125)
      await write(phone, '@Lena Brandt 31 tickets so far')
      await row(lena, '31 tickets so far').waitFor()
      await row(lena, '31 tickets so far').getByText('@Lena Brandt').waitFor()

      await row(lena, 'Redis is at 95 %').focus()
      await lena.keyboard.press('p')
      await row(lena, 'Finding, pinned from chat').waitFor()
      await record(lena, 'Action', '-5m Restarted the API. No change.')
      await row(priya, 'Restarted the API')
        .getByText(/Recorded 03:0\d, 5 min after it happened/)
        .waitFor()

      await field(lena).fill(
        'Ravi Shah  3:02 AM\nCoordinator 2 is stuck\nSam Koch  3:04 AM\nSo is coordinator 5',
      )
      await lena.getByRole('button', { name: /Split into 2 lines/ }).click()
      await dialog(lena, 'Split into 2 lines').getByText('03:04:00').waitFor()
      await lena.keyboard.press('Enter')
      await row(tomas, 'So is coordinator 5')
        .getByText(/Said by Sam Koch, recorded 03:\d\d by Lena/)
        .waitFor()

      await record(
        priya,
        'Decision',
        'Roll back to 4.17.3. Do not flush Redis.',
        'a flush drops 1,140 waiting runs',
      )
      await slash(priya, '/status mitigating The release is the likely cause')
      for (const page of [lena, maya, phone]) {
        await row(page, 'Roll back to 4.17.3').getByText('Because a flush drops 1,140 waiting runs').waitFor()
        await page.getByRole('button', { name: /^Status Mitigating/ }).waitFor()
      }
    },
  },
  {
    title: 'Two are cut off and go on working; nothing they write is lost.',
    minute: 11,
    pictures: ['tomas'],
    async play(night) {
      const { priya, lena, tomas, maya, phone, wall } = night
      await night.cut('tomas')
      await night.cut('maya')
      for (const page of [tomas, maya]) await lamp(page, 'Offline').waitFor()
      await record(tomas, 'Action', 'Rollback started, one coordinator at a time.')
      await box(tomas, 'investigation/resources').click()
      await task(tomas, 'investigation/resources').getByText('Ticked offline').waitFor()
      await caretIn(tomas, 'Working theory')
      await tomas.keyboard.insertText('Since 4.18.0 a holder that dies keeps its lock for ever.')
      await lamp(tomas, 'Offline, 3 kept here').waitFor()
      await record(maya, 'Chat', 'Support has the words for customers')
      await caretIn(maya, 'Impact')
      await maya.keyboard.insertText('212 of 214 workspaces cannot start a multi-agent run.')
      await lamp(maya, 'Offline, 2 kept here').waitFor()

      // The others go on meanwhile.
      await night.minute(12)
      await box(priya, 'immediate/recent-changes').click()
      await caretIn(lena, 'Summary')
      await lena.keyboard.insertText('No new coalition has formed since 03:00 UTC.')
      await night.minute(14)
      await row(phone, 'Rollback started').waitFor({ state: 'detached' })
      await night.mend('tomas')
      await lamp(tomas, 'all saved').waitFor()
      await night.mend('maya')
      await lamp(maya, 'all saved').waitFor()
      for (const page of [priya, lena, tomas, maya]) {
        await row(page, 'Rollback started')
          .getByText(/Made offline at 03:1\d/)
          .waitFor()
        await row(page, 'Support has the words').waitFor()
        await task(page, 'immediate/recent-changes')
          .getByText(/03:1\d/)
          .first()
          .waitFor()
        for (const words of ['keeps its lock for ever', '212 of 214 workspaces', 'No new coalition has'])
          await editor(page).getByText(words).waitFor()
      }
      await row(phone, 'Rollback started').waitFor()
      await wall.getByText(/^Mitigating, \d+ of \d+ done$/).waitFor()
    },
  },
  {
    title: 'A second incident under another playbook, and nobody looks.',
    minute: 16,
    async play(night) {
      const { rooms, wall } = night
      const tab = await night.newTab('tomas')
      await tab.goto('/')
      rooms.payments = await declare(tab, {
        title: titles.payments,
        playbook: 'AI Agent Platform',
        level: 2,
      })
      await tab.close()
      await card(night, titles.payments).getByText('NO COMMANDER').waitFor()
      await card(night, titles.coordination).getByText('Priya Nair').waitFor()
      await wall.getByText('2 open', { exact: true }).waitFor()
    },
  },
  {
    title: 'Overdue: the wall is solid red until somebody has answered. Maya does, late, on her phone.',
    minute: 22.5,
    pictures: ['wall', 'phone'],
    async play(night) {
      const { phone } = night
      const red = card(night, titles.payments)
      await red.and(night.wall.locator('.solid')).getByText('Overdue').waitFor()
      await inStep([red], -150, -60)
      await phone.getByRole('link', { name: 'Board' }).tap()
      await phone.getByRole('link', { name: titles.payments }).tap()
      await phone.getByRole('region', { name: 'Brief' }).getByRole('button', { name: 'Close' }).tap()
      await inStep([red, acknowledge(phone)], -200, -60)
    },
  },
  {
    title: 'Late stays late, for ever.',
    minute: 23,
    async play(night) {
      const { phone, rooms } = night
      await phone.getByRole('button', { name: 'Acknowledge', exact: true }).tap()
      await pane(phone, 'timeline').or(phone.getByRole('tablist')).first().waitFor()
      await thumbTo(phone, /^Timeline/)
      await pane(phone, 'timeline')
        .getByText(/late by [12] min/)
        .waitFor()
      await card(night, titles.payments).and(night.wall.locator('.solid')).waitFor({ state: 'detached' })
      const tab = await night.newTab('tomas')
      await tab.goto(rooms.payments)
      await lamp(tab, 'all saved').waitFor()
      await slash(tab, '/take Incident Commander')
      await card(night, titles.payments).getByText('Tomás Rivera').waitFor()
      await slash(tab, '/answer security No')
      await box(tab, 'triage/real').click()
      await record(
        tab,
        'Decision',
        'Send EU cards through the second acquirer.',
        'the first one refuses them all',
      )
      await row(phone, 'Send EU cards').waitFor()
      await tab.close()
    },
  },
  {
    title: 'Two write in one document; a log is pasted, a task is named and stays live.',
    minute: 24,
    pictures: ['lena'],
    async play({ priya, lena, tomas, maya, phone }) {
      await caretIn(priya, 'Actions taken')
      await caretIn(lena, 'Next')
      await Promise.all([
        priya.keyboard.type('Coordinators 2 and 5 are on 4.17.3. '),
        lena.keyboard.type('Finish [['),
      ])
      await lena.keyboard.type('rolling back')
      await lena.getByRole('option', { name: /rolling back/ }).waitFor()
      await lena.keyboard.press('Enter')
      await lena.keyboard.type('then watch.')
      await editor(priya).locator('.caret-flag[data-name=Lena]').waitFor({ state: 'attached' })
      await editor(lena).locator('.caret-flag[data-name=Priya]').waitFor({ state: 'attached' })
      await priya.keyboard.press('Enter')
      await priya.keyboard.type('```')
      await priya.keyboard.press('Enter')
      await priya.keyboard.insertText('03:01:12 ERROR lock wait timeout key=coalition:lock:7f3a')
      for (const page of [tomas, maya]) {
        await editor(page).getByText('Coordinators 2 and 5 are on 4.17.3.').waitFor()
        await editor(page).locator('pre').getByText('lock wait timeout').waitFor()
        await editor(page).locator('.reference[data-kind=task][data-state=open]').waitFor()
      }
      await box(tomas, 'mitigation/rollback').click()
      await editor(maya).locator('.reference[data-kind=task][data-state=done]').waitFor()
      for (const page of [priya, lena]) await lamp(page, 'all saved').waitFor()
      await phone.getByRole('link', { name: 'Board' }).tap()
      await phone.getByRole('link', { name: titles.coordination }).tap()
      await thumbTo(phone, /^Document/)
      await editor(phone).getByText('Coordinators 2 and 5 are on 4.17.3.').waitFor()
    },
  },
  {
    title: 'Command is handed over with a note that has to be read first.',
    minute: 26,
    async play(night) {
      const { priya, maya, lena, phone } = night
      await priya.keyboard.press('Escape')
      await priya.getByTitle(/^Roles:/).click()
      const roles = dialog(priya, 'Roles')
      await roles.getByRole('button', { name: 'Hand over Incident Commander to' }).click()
      await priya.getByRole('menuitem', { name: 'Maya Okafor' }).click()
      await roles.getByRole('textbox').fill('Rollback done on 2 of 6. Customers wait for word.')
      await roles.getByRole('button', { name: 'Offer to Maya Okafor' }).click()
      await maya.getByRole('button', { name: 'Read, then accept' }).click()
      await dialog(maya, 'Roles').locator('blockquote', { hasText: 'Rollback done on 2 of 6' }).waitFor()
      await dialog(maya, 'Roles').getByRole('button', { name: 'I have read it, accept' }).click()
      await card(night, titles.coordination).getByText('Maya Okafor').waitFor()
      for (const page of [priya, maya]) await page.keyboard.press('Escape')
      await lena
        .getByTitle(/^Roles:/)
        .getByText('Maya')
        .first()
        .waitFor()
      await phone.getByRole('button', { name: 'More', exact: true }).tap()
      await phone.getByRole('menuitem', { name: 'Roles' }).tap()
      await dialog(phone, 'Roles').locator('.holder').filter({ hasText: 'You' }).first().waitFor()
      await phone.keyboard.press('Escape')
    },
  },
  {
    title: 'Everybody who waits for word gets it, and the clocks start again.',
    minute: 27,
    pictures: ['maya'],
    async play(night) {
      const { maya, lena, wall, phone } = night
      await update(maya, 'Internal', 'Rollback is on 2 of 6 coordinators, no data is lost.')
      await update(maya, 'Customers', 'New multi-agent runs fail. We are rolling back a release.')
      await row(lena, 'We are rolling back a release').getByText('Communication to customers').waitFor()
      await card(night, titles.coordination)
        .getByText(/^Updated /)
        .waitFor()
      await task(lena, 'immediate/status-page')
        .getByText(/from\s+Maya’s update/)
        .waitFor({ state: 'attached' })
      await inStep([customers(maya), customers(phone)], 3_400, 3_600)

      const tab = await night.newTab('tomas')
      await tab.goto(night.rooms.payments)
      await lamp(tab, 'all saved').waitFor()
      await update(tab, 'Public', 'EU card payments go through another bank and work again.')
      await row(tab, 'go through another bank').waitFor()
      await card(night, titles.payments)
        .getByText(/^Updated /)
        .waitFor()
      await tab.close()
      await wall.getByText('2 open', { exact: true }).waitFor()
    },
  },
  {
    title: 'It is over. The wall rests, and the whole night is one file.',
    minute: 31,
    pictures: ['wall'],
    async play(night) {
      const { priya, maya, lena, phone, wall } = night
      const tab = await night.newTab('tomas')
      await tab.goto(night.rooms.payments)
      await lamp(tab, 'all saved').waitFor()
      await resolve(tab, 'Payments go through', ['Watch until it has cleared', 'Ask affected users'])
      await close(tab, 'The second acquirer stays for now')
      await tab.getByText('Closed', { exact: true }).first().waitFor()
      await resolve(
        maya,
        'All six coordinators form coalitions',
        ['Metrics are going back', 'Synthetic monitoring', 'The journeys that matter'],
        'Six of six are calm, we watch on',
      )
      for (const page of [priya, lena, phone])
        await page.getByRole('button', { name: /^Status Resolved/ }).waitFor()
      await close(maya, 'Watched, and quiet')
      for (const page of [priya, lena, phone])
        await page.getByText('Closed', { exact: true }).first().waitFor()
      await wall.getByRole('heading', { name: 'No open incidents' }).waitFor()
      await tab.close()
    },
  },
]

/** Posts word to an audience from the bar. */
async function update(page: Night['priya'], audience: string, text: string): Promise<void> {
  const picker = page.getByRole('radiogroup', { name: 'Kind of entry' })
  await picker.getByRole('radio', { name: 'Communication', exact: true }).click()
  await page
    .getByRole('radiogroup', { name: 'Audience' })
    .getByRole('radio', { name: audience, exact: true })
    .click()
  await write(page, text)
}

/** Ticks what comes first, and says why where the rest is not done. */
async function resolve(
  page: Night['priya'],
  fixed: string,
  first: readonly string[],
  override?: string,
): Promise<void> {
  await page.getByRole('button', { name: /^Status .*Change it/ }).click()
  const status = dialog(page, 'Status')
  await status.getByRole('radio', { name: 'Resolved' }).click()
  for (const text of first) {
    const box = status.getByRole('checkbox', { name: new RegExp(text) })
    await box.click()
    await status.getByRole('checkbox', { name: new RegExp(text), checked: true }).waitFor()
  }
  if (override !== undefined) {
    await status.getByRole('button', { name: 'Resolve all the same' }).first().click()
    await status.getByRole('textbox', { name: 'Why resolve it without?' }).fill(override)
  }
  await status.getByRole('textbox', { name: 'What fixed it?' }).fill(fixed)
  await page.keyboard.press('Enter')
  await status.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: /^Status Resolved/ }).waitFor()
}

/** Ends the incident although its report is still to come; the bar goes with it. */
async function close(page: Night['priya'], reason: string): Promise<void> {
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Close incident' }).click()
  const ends = dialog(page, 'Close incident')
  await ends.getByRole('button', { name: 'Close all the same' }).first().click()
  await ends.getByRole('textbox', { name: 'Why close it without?' }).fill('The review is on Monday')
  await ends.getByRole('textbox', { name: 'Reason' }).fill(reason)
  await page.keyboard.press('Enter')
  await field(page).waitFor({ state: 'detached' })
}
