// The toolbar: one stop of the Tab key, arrow keys within, Escape back to the text. The buttons are in the page's template.
import { ACTS, linkAt, listAround, setStyle, styleAt } from './acts.js'

const MAC = /Mac|iPhone|iPad/.test(navigator.platform)

export class Toolbar {
  constructor(element, editor) {
    Object.assign(this, { element, editor })
    this.items = [...element.querySelectorAll('button, select')]
    this.items.forEach((item, at) => (item.tabIndex = at ? -1 : 0))
    this.select = element.querySelector('select')
    element.addEventListener('keydown', (event) => this.key(event))
    element.addEventListener('click', (event) => this.click(event))
    // The cursor stays where it is while a button is pressed with the mouse.
    element.addEventListener('mousedown', (event) => event.target.closest('button') && event.preventDefault())
    element.addEventListener('focusin', (event) => this.reach(event.target.closest('button, select')))
    this.select.addEventListener('pointerdown', () => (this.byMouse = true))
    this.select.addEventListener('keydown', () => (this.byMouse = false))
    this.select.addEventListener('change', () => this.choose())
    if (MAC) for (const item of this.items) item.title = item.title.replace(/Ctrl\+/g, '⌘').replace(/Alt\+/g, '⌥')
  }

  key(event) {
    const at = this.items.indexOf(document.activeElement)
    const last = this.items.length - 1
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at ? at - 1 : last, Home: 0, End: last }[event.key]
    if (event.key === 'Escape') this.editor.focus()
    else if (to === undefined) return
    else this.items[to].focus()
    event.preventDefault()
  }

  reach(item) {
    if (item) for (const other of this.items) other.tabIndex = other === item ? 0 : -1
  }

  focus() {
    this.items.find((item) => item.tabIndex === 0).focus()
    return true
  }

  click(event) {
    const button = event.target.closest('button')
    if (!button || button.getAttribute('aria-disabled') === 'true') return
    const name = button.dataset.act
    const byMouse = event.detail > 0
    if (this.editor[name]) this.editor[name]()
    else {
      this.editor.run(ACTS[name])
      // A note that was just made takes the cursor itself.
      if (byMouse && name !== 'footnote') this.editor.focus()
    }
  }

  choose() {
    // In a note there is one style only. It stays in reach of the arrow keys all the same.
    if (this.select.getAttribute('aria-disabled') === 'false') this.editor.run({ run: setStyle(this.select.value) })
    if (this.byMouse) this.editor.focus()
    this.refresh()
  }

  // Pressed, and able or not, as the cursor stands.
  refresh() {
    const { state, view } = this.editor.place()
    for (const item of this.items) {
      const act = ACTS[item.dataset.act]
      if (act?.on) item.setAttribute('aria-pressed', String(act.on(state)))
      if (act) this.able(item, act.run(act.whole ? this.editor.view.state : state, undefined, view))
    }
    const inText = state === this.editor.view.state
    this.button('openLink').setAttribute('aria-pressed', String(Boolean(linkAt(state))))
    this.able(this.button('openNumbering'), inText && listAround(state)?.node.type.name === 'ordered_list')
    this.able(this.select, inText)
    this.select.value = inText ? styleAt(state) : 'paragraph'
  }

  button(name) {
    return this.items.find((item) => item.dataset.act === name)
  }

  able(item, yes) {
    item.setAttribute('aria-disabled', String(!yes))
  }
}

