/** What other parts of the server may use of the playbooks. */

export { createPlaybookChecker } from './checker.ts'
export { createPlaybookDrafts, type PlaybookDrafts } from './drafts.ts'
export { playbookEditRoutes } from './edit-routes.ts'
export { type PlaybookListing, type PlaybookRoutesOptions, playbookRoutes } from './routes.ts'
export { type PlaybookFile, readPlaybookFolder, shippedFolder } from './shipped.ts'
export { createPlaybookStore, PlaybookFileError, type PlaybookStore, playbookHash } from './store.ts'
