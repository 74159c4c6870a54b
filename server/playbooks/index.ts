/** What other parts of the server may use of the playbooks. */
export { type PlaybookListing, type PlaybookRoutesOptions, playbookRoutes } from './routes.ts'
export { type PlaybookFile, readPlaybookFolder, shippedFolder } from './shipped.ts'
export { createPlaybookStore, PlaybookFileError, type PlaybookStore, playbookHash } from './store.ts'
