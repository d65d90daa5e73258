// The pages of the letter as they will print, beside the text: made anew after each pause, the old ones shown until the new are there.

const PAUSE = 700

export class Preview {
  constructor(panel, { body }) {
    Object.assign(this, { panel, body, known: new Map(), asked: false, busy: false })
    this.pages = panel.querySelector('[data-pages]')
    this.state = panel.querySelector('[data-state]')
    this.trouble = panel.querySelector('[data-trouble]')
    this.button = panel.querySelector('button[aria-expanded]')
    this.button.addEventListener('click', () => this.open(!this.isOpen()))
    document.addEventListener('visibilitychange', () => this.asked && this.make())
    this.open(window.matchMedia('(min-width: 30em)').matches)
  }

  isOpen() {
    return this.button.getAttribute('aria-expanded') === 'true'
  }

  open(yes) {
    this.button.setAttribute('aria-expanded', String(yes))
    this.button.textContent = yes ? this.button.dataset.close : this.button.dataset.open
    this.panel.classList.toggle('preview--closed', !yes)
    this.pages.parentElement.hidden = !yes
    if (yes) this.make()
  }

  changed() {
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.make(), PAUSE)
  }

  async make() {
    this.asked = true
    if (this.busy || !this.isOpen() || document.hidden) return
    this.asked = false
    this.busy = true
    this.state.textContent = 'Setting the pages…'
    try {
      this.show(await this.fetch())
    } catch {
      this.tell('The pages cannot be shown now. They are made anew after your next change.')
    }
    this.busy = false
    if (this.asked) this.make()
  }

  async fetch() {
    const data = this.body()
    const width = Math.ceil((this.pages.clientWidth || 400) * Math.min(2, window.devicePixelRatio || 1))
    data.set('width', String(width))
    for (const digest of this.known.keys()) data.append('have', digest)
    const answer = await fetch(this.panel.dataset.preview, { method: 'POST', body: data, redirect: 'manual', headers: { Accept: 'application/json' } })
    if (!answer.headers.get('Content-Type')?.startsWith('application/json')) throw new Error('no pages')
    return answer.json()
  }

  show({ pages, more, error }) {
    if (error) return this.tell(error)
    const before = this.known
    this.known = new Map(pages.map(({ digest, png }) => [digest, png ? `data:image/png;base64,${png}` : before.get(digest)]))
    const images = [...this.pages.children]
    pages.forEach((page, at) => this.put(images[at] || this.pages.appendChild(document.createElement('img')), page, at, pages.length + more))
    images.slice(pages.length).forEach((image) => image.remove())
    this.trouble.hidden = true
    this.panel.classList.remove('preview--old')
    this.state.textContent = more ? `The first ${pages.length} of ${pages.length + more} pages` : pages.length === 1 ? '1 page' : `${pages.length} pages`
  }

  put(image, { digest, width, height }, at, count) {
    image.alt = `Page ${at + 1} of ${count}`
    image.width = width
    image.height = height
    if (image.dataset.digest === digest) return
    image.dataset.digest = digest
    image.src = this.known.get(digest)
  }

  tell(sentence) {
    this.trouble.hidden = false
    this.trouble.querySelector('p').textContent = sentence
    this.panel.classList.add('preview--old')
    this.state.textContent = this.pages.children.length ? 'The pages as they were before' : ''
  }
}
