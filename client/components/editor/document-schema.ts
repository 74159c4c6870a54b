/** Number of the document schema this editor was made for; a document of a higher one is only shown. */
export const documentSchema = 1
