// The small windows of the editor: a link's address, a list's numbers, the keys. Each gives the cursor back when it closes.
import { continued, linkAt, listAround, removeLink, setLink, setNumbering } from './acts.js'

const MAIL = /^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/

// The address as it will stand in the letter, or a sentence on what is wrong with it.
export function address(typed) {
  const text = typed.trim()
  if (!text) return { wrong: 'Type the address, for instance https://www.congress.gov.' }
  if (/\s/.test(text)) return { wrong: 'An address has no spaces: take them out.' }
  if (MAIL.test(text)) return { href: `mailto:${text}` }
  if (/^mailto:/i.test(text)) return MAIL.test(text.slice(7).split('?')[0]) ? { href: text } : { wrong: 'After mailto: write one mail address.' }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)
  if (scheme && !/^https?$/i.test(scheme[1])) return { wrong: `A link leads to a web page (https://…) or a mail address (mailto:…), not to “${scheme[1]}:”.` }
  const href = scheme ? text : `https://${text}`
  const host = URL.canParse(href) && new URL(href).hostname
  return host && (host.includes('.') || host.includes(':')) ? { href } : { wrong: 'This is no address of a web page: begin it with https:// and the name of the site.' }
}

class Dialog {
  constructor(element, editor) {
    Object.assign(this, { element, editor })
    element.addEventListener('close', () => editor.focus())
    for (const button of element.querySelectorAll('[data-close]')) button.addEventListener('click', () => element.close())
    element.querySelector('form')?.addEventListener('submit', (event) => {
      event.preventDefault()
      this.submit()
    })
  }

  show() {
    this.element.showModal()
    return true
  }

  field(name) {
    return this.element.querySelector(`[name="${name}"]`)
  }

  done(run) {
    this.element.close()
    this.editor.run({ run })
  }
}

export class LinkDialog extends Dialog {
  constructor(element, editor) {
    super(element, editor)
    this.remove = element.querySelector('[data-remove]')
    this.wrong = element.querySelector('[data-wrong]')
    this.remove.addEventListener('click', () => this.done(removeLink))
  }

  show() {
    const link = linkAt(this.editor.place().state)
    this.field('address').value = link ? link.href.replace(/^mailto:/, '') : ''
    this.remove.hidden = !link
    this.tell('')
    super.show()
    this.field('address').select()
    return true
  }

  submit() {
    const { href, wrong } = address(this.field('address').value)
    this.tell(wrong || '')
    if (href) this.done(setLink(href))
    else this.field('address').focus()
  }

  tell(sentence) {
    this.wrong.textContent = sentence
    this.wrong.hidden = !sentence
    this.field('address').setAttribute('aria-invalid', String(Boolean(sentence)))
  }
}

export class NumberingDialog extends Dialog {
  constructor(element, editor) {
    super(element, editor)
    this.goOn = element.querySelector('[data-continue]')
    this.goOn.addEventListener('click', () => this.done(setNumbering(this.next)))
  }

  show() {
    const { state } = this.editor.place()
    const { start, style } = listAround(state).node.attrs
    this.next = continued(state)
    this.goOn.hidden = !this.next
    this.field('start').value = start
    this.field('style').value = style
    return super.show()
  }

  submit() {
    const start = Math.min(9999, Math.max(1, Number(this.field('start').value) || 1))
    this.done(setNumbering({ start, style: this.field('style').value }))
  }
}

export class HelpDialog extends Dialog {}
