import { tick } from 'svelte'

/** Attach it to a form: each time a field is said to be wrong, that field has the focus, its words beside it. */
export function focusWrong(form: { readonly wrongField: string | null }) {
  return (node: HTMLFormElement) => {
    if (form.wrongField === null) return
    void tick().then(() => node.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
  }
}
