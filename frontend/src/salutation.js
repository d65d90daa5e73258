// The salutation that fits the addressees: filled in by itself until one's own is typed, then offered.

export class Salutation {
  constructor(form, offer, changed) {
    this.field = form.elements.salutation
    this.offer = offer
    this.changed = changed
    this.suggested = offer.dataset.suggestion
    this.offer.querySelector('button').addEventListener('click', () => {
      this.use()
      this.field.focus()
    })
    this.field.addEventListener('input', () => this.show())
    this.own = Boolean(this.field.value) && this.field.value !== this.suggested
    this.field.addEventListener('input', () => (this.own = Boolean(this.field.value) && this.field.value !== this.suggested))
    this.show()
  }

  // What the server makes of the addressees as they were saved.
  suggest(words) {
    if (!words || words === this.suggested) return
    this.suggested = words
    if (this.own) this.show()
    else this.use()
  }

  use() {
    if (this.field.value !== this.suggested) {
      this.field.value = this.suggested
      this.changed()
    }
    this.own = false
    this.show()
  }

  show() {
    const fits = !this.suggested || this.field.value === this.suggested
    this.offer.hidden = fits
    this.offer.querySelector('button').textContent = `Use “${this.suggested}”`
  }
}
