// Footnotes and endnotes on the clipboard: a link in the text to a note further down that links back. Word, LibreOffice, Google Docs,
// web pages and our own pages all write them so, under different names.

const KNOWN = /^(?:_(?:ftn|edn)\d|sd(?:foot|end)note\d+sym|ftnt\d|fn:?\d|note-\d|user-content-fn)/
const HOME = '[id^="ftn"], [id^="edn"], [id^="sdfootnote"], [id^="sdendnote"], li, p, div'

const fragment = (link) => decodeURI((link.getAttribute('href') || '').split('#')[1] || '')
const namesOf = (node) => [node.getAttribute('name'), node.id].filter(Boolean)

export function pastedNotes(body, say) {
  const lost = []
  const done = new Set()
  for (const link of [...body.querySelectorAll('a[href*="#"]')]) {
    const name = fragment(link)
    if (!name || done.has(link) || !link.isConnected) continue
    const note = home(body, link, name)
    if (note) {
      note.backlinks.forEach((back) => done.add(back))
      call(link).replaceWith(inlineNote(note))
      note.element.remove()
    } else if (KNOWN.test(name) && !/ref|anc/.test(name)) {
      lost.push(link.textContent.replace(/\D/g, ''))
      call(link).remove()
    }
  }
  body.querySelectorAll('[data-css*="footnote-list"], [data-css*="endnote-list"], section.footnotes, hr').forEach((node) => node.textContent.trim() || node.remove())
  dropHeadings(body)
  if (lost.length) say(`The text of ${lost.length === 1 ? 'footnote' : 'footnotes'} ${lost.join(', ')} was not copied along: copy the whole page, or type it anew.`)
}

// The element that holds the note of a call, found further down, and the links in it that lead back to the call.
function home(body, link, name) {
  const target = [...body.querySelectorAll('[id], [name]')].find((node) => namesOf(node).includes(name))
  if (!target || target === link || !(link.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING)) return null
  const holder = link.closest('[id]')
  const names = [...namesOf(link), ...(holder && holder.textContent.length < 12 ? namesOf(holder) : [])]
  for (let element = target.closest(HOME); element && element !== body && !element.contains(link); element = element.parentElement?.closest(HOME)) {
    const backlinks = [...element.querySelectorAll('a[href*="#"]')].filter((back) => names.includes(fragment(back)))
    if (backlinks.length) return { element: widest(element, backlinks), backlinks }
  }
  return null
}

// Word wraps a note of several paragraphs in a <div id="ftn1">.
function widest(element, backlinks) {
  const outer = element.parentElement?.closest('div[id^="ftn"], div[id^="edn"], div[id^="sdfootnote"], div[id^="sdendnote"]')
  return outer && backlinks.every((back) => outer.contains(back)) ? outer : element
}

// The call with the raised box that holds nothing else.
function call(link) {
  let node = link
  while (['SUP', 'SPAN'].includes(node.parentElement?.nodeName) && node.parentElement.textContent.trim() === link.textContent.trim()) node = node.parentElement
  return node
}

function inlineNote({ element, backlinks }) {
  for (const back of backlinks) call(back).remove()
  const note = document.createElement('span')
  note.className = 'fn'
  note.append(...lines(element))
  const first = firstText(note)
  if (first) first.data = first.data.replace(/^[\s\u00a0]*(?:\[\d+\]|\d+[.)]|\*)?[\s\u00a0]*/, '')
  return note
}

// The inline content of an element, its blocks parted by line breaks.
function lines(element) {
  const parts = []
  const blocks = [...element.querySelectorAll('p, li, div')].filter((block) => !block.querySelector('p, li, div') && block.textContent.trim())
  for (const block of blocks.length ? blocks : [element]) {
    if (parts.length) parts.push(document.createElement('br'))
    parts.push(...block.childNodes)
  }
  return parts
}

function firstText(note) {
  const walker = document.createTreeWalker(note, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) if (walker.currentNode.data.trim()) return walker.currentNode
  return null
}

// The heading of a page's own section of notes, when all of its notes have gone to their calls.
function dropHeadings(body) {
  for (const section of body.querySelectorAll('section')) {
    if (!section.querySelector('p, li') && /^(?:foot|end)?notes$/i.test(section.textContent.trim())) section.remove()
  }
}

