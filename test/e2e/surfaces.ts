import type { Locator, Page } from 'playwright-core'

/**
 * What opens over a page, and how a person comes to it. Every component of the client that draws a dialog stands here
 * by its file's name, and every menu's kind by its label; a new one fails the tests until somebody says how it opens.
 */
export interface Surface {
  /** The component it stands in. */
  component: string
  /** Opens it on a page that shows the room (or the board) at rest. */
  open(page: Page): Promise<Locator>
}

const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name })

/** On a narrow screen one pane is shown: its tab first. */
async function toPane(page: Page, tab: RegExp): Promise<void> {
  const control = page.getByRole('tab', { name: tab })
  if (await control.isVisible()) await control.click()
}

/** Presses a button by keyboard, whatever floats over it on a narrow screen. */
async function press(button: Locator): Promise<void> {
  await button.focus()
  await button.press('Enter')
}

/** The acts of a timeline row come when it is pointed at or has the focus. */
async function toRow(page: Page, words: string): Promise<void> {
  const row = page.locator('[data-pane=timeline] [data-row]').filter({ hasText: words }).first()
  await row.evaluate((node: HTMLElement) =>
    (node.matches('[data-focus]') ? node : (node.querySelector<HTMLElement>('[data-focus]') ?? node)).focus(),
  )
  await row.hover({ timeout: 1_500 }).catch(() => undefined)
}

/** By the palette: the act of this title. */
async function act(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await dialog(page, /Find and do anything/).waitFor()
  await page.keyboard.type(title)
  await page.getByRole('option', { name: title }).first().waitFor()
  await page.keyboard.press('Enter')
}

const byAct = (component: string, title: string, name: string | RegExp): Surface => ({
  component,
  async open(page) {
    await act(page, title)
    return dialog(page, name)
  },
})

const byKey = (component: string, key: string, name: string | RegExp): Surface => ({
  component,
  async open(page) {
    const opened = dialog(page, name)
    // The first key after arriving takes the brief away.
    for (let tries = 0; tries < 3 && !(await opened.isVisible()); tries++) {
      await page.keyboard.press(key)
      await opened.waitFor({ timeout: 2_000 }).catch(() => undefined)
    }
    return opened
  },
})

const byMenu = (component: string, menu: RegExp, item: string, name: string | RegExp): Surface => ({
  component,
  async open(page) {
    await page.getByRole('button', { name: menu }).first().click()
    await page.getByRole('menuitem', { name: item }).click()
    return dialog(page, name)
  },
})

const byMenuOfTask = (component: string, task: string, item: RegExp, name: string): Surface => ({
  component,
  async open(page) {
    await toPane(page, /Tasks/)
    await page
      .locator(`[data-task="${task}"]`)
      .getByRole('button', { name: /^More for/ })
      .click()
    await page.getByRole('menuitem', { name: item }).click()
    return dialog(page, name)
  },
})

const menu = (component: string, button: RegExp, tab?: RegExp): Surface => ({
  component,
  async open(page) {
    if (tab !== undefined) await toPane(page, tab)
    await page.getByRole('button', { name: button }).first().click()
    return page.getByRole('menu')
  },
})

/** What a room can show over itself. `task` is one that may be ticked, `bound` one that a fact ticks. */
export function roomSurfaces({ task, bound }: { task: string; bound: string }): Surface[] {
  return [
    byAct('ClocksDialog', 'All clocks', 'All clocks'),
    byKey('EscalationDialog', 'w', 'Who is called when'),
    byKey('RunbooksDialog', 'p', 'Runbooks and commands'),
    byKey('RolesDialog', 'r', 'Roles'),
    byKey('FactsDialog', 'f', 'Facts'),
    byKey('SeverityDialog', 's', 'Severity'),
    byKey('StatusDialog', 'i', 'Status'),
    byKey('KeysDialog', '?', 'Keys'),
    byAct('ShareDialog', 'Share a link', /^Share/),
    byKey('TriageDialog', 'q', 'Triage'),
    byMenu('CloseDialog', /^More$/, 'Close incident', 'Close incident'),
    byMenuOfTask('ReasonDialog', task, /^Not applicable/, 'Not applicable'),
    {
      component: 'Palette',
      async open(page) {
        await page.keyboard.press('Control+k')
        return dialog(page, /Find and do anything/)
      },
    },
    byMenuOfTask('AssignDialog', task, /^Assign to…/, 'Assign'),
    byMenuOfTask('TimerDialog', task, /^Timer…/, 'Timer'),
    {
      component: 'BoundDialog',
      async open(page) {
        await toPane(page, /Tasks/)
        await page.locator(`[data-task="${bound}"]`).getByRole('checkbox').first().click()
        return dialog(page, 'Not seen by Muster yet')
      },
    },
    {
      component: 'AxisDialog',
      async open(page) {
        await toPane(page, /Timeline/)
        await page.getByRole('button', { name: 'On one axis' }).click()
        return dialog(page, 'On one axis')
      },
    },
    {
      component: 'PinDialog',
      async open(page) {
        await toPane(page, /Timeline/)
        await toRow(page, 'Is anybody there?')
        await press(page.getByRole('button', { name: 'More for this message' }).first())
        await page.getByRole('menuitem', { name: 'Pin to the timeline' }).click()
        return dialog(page, 'Pin to the timeline')
      },
    },
    {
      component: 'AmendDialog',
      async open(page) {
        await toPane(page, /Timeline/)
        await toRow(page, 'Restarted twice')
        await press(page.getByRole('button', { name: 'More for this entry' }).first())
        await page.getByRole('menuitem', { name: 'Amend' }).click()
        return dialog(page, 'Amend entry')
      },
    },
    {
      component: 'VersionsDialog',
      async open(page) {
        await toPane(page, /Timeline/)
        await press(page.getByRole('button', { name: '2 versions' }))
        return dialog(page, '2 versions')
      },
    },
    {
      component: 'ThreadDialog',
      async open(page) {
        await toPane(page, /Timeline/)
        await page
          .locator('[data-scribe]')
          .first()
          .fill('Maya Okafor  14:05\nIt is down\nRavi Shah  14:06\nI look')
        await press(page.getByRole('button', { name: /^Split/ }))
        return dialog(page, /^Split into/)
      },
    },
    menu('RunbookGroup', /^More for the runbook/, /Tasks/),
    menu('TaskRow', /^More for “/, /Tasks/),
    menu('RoomHeader', /^More$/),
    menu('DocumentWork', /^Insert/, /Doc/),
    {
      component: 'EntryActs',
      async open(page) {
        await toPane(page, /Timeline/)
        await toRow(page, 'Restarted twice')
        await press(page.getByRole('button', { name: 'More for this entry' }).first())
        return page.getByRole('menu')
      },
    },
    {
      component: 'ChatActs',
      async open(page) {
        await toPane(page, /Timeline/)
        await toRow(page, 'Is anybody there?')
        await press(page.getByRole('button', { name: 'More for this message' }).first())
        return page.getByRole('menu')
      },
    },
    {
      component: 'RoleCard',
      async open(page) {
        await act(page, 'Roles')
        await dialog(page, 'Roles').waitFor()
        await page
          .getByRole('button', { name: /^(?:Offer|Hand over) / })
          .first()
          .click()
        return page.getByRole('menu')
      },
    },
  ]
}

/** What the board shows over itself. */
export const boardSurfaces: Surface[] = [
  {
    component: 'Declare',
    async open(page) {
      await page
        .getByRole('button', { name: /^Declare/ })
        .first()
        .click()
      const opened = dialog(page, 'Declare an incident')
      // The cards and what follows are fetched; without them there is little to look at.
      await opened.getByRole('listitem').first().waitFor()
      return opened
    },
  },
  menu('AppHeader', /^You, /),
]

/** Opened elsewhere, each with the test that looks at it. */
export const lookedAtElsewhere: Record<string, string> = {
  WallSettings: 'wall.e2e.ts',
  // Stands only where a newer version of the playbook is published.
  PlaybookDialog: 'playbook-edit.e2e.ts',
  // It stands only over an incident that has ended.
  ReopenDialog: 'ending.e2e.ts',
  // Only a playbook with procedures has it.
  ProcedureDialog: 'runbooks.e2e.ts',
  // These stand only where something was kept here and not taken.
  SignOutDialog: 'accessible.e2e.ts, by their own test',
  TrayDialog: 'accessible.e2e.ts, by their own test',
  Dialog: 'every dialog',
  Menu: 'every menu',
}
