/**
 * Attach to a form: Enter on a choice sends the form, as it does in a text field; what is missing then is said
 * beside its field.
 */
export function enterSubmits(form: HTMLFormElement): () => void {
  const key = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.isComposing) return
    if (!(event.target instanceof HTMLElement) || !event.target.matches('[role=radio]')) return
    event.preventDefault()
    form.requestSubmit()
  }
  form.addEventListener('keydown', key)
  return () => form.removeEventListener('keydown', key)
}
