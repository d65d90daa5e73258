// Lists on the clipboard: Word writes each item as a paragraph with its bullet or number in it; Google Docs hangs a list into a list.

const STYLES = { 'lower-alpha': 'a', 'lower-latin': 'a', 'upper-alpha': 'A', 'upper-latin': 'A', 'lower-roman': 'i', 'upper-roman': 'I' }
const styleOf = (node) => (node.getAttribute('data-css') || '').toLowerCase()

export function pastedLists(body) {
  fromWord(body)
  joinWrapped(body)
  for (const list of body.querySelectorAll('ul > ul, ul > ol, ol > ul, ol > ol')) {
    const item = list.previousElementSibling
    if (item?.nodeName === 'LI') item.append(list)
    else {
      const holder = document.createElement('li')
      list.replaceWith(holder)
      holder.append(list)
    }
  }
  for (const list of body.querySelectorAll('ol:not([type])')) {
    const named = /list-style-type:\s*([\w-]+)/.exec(styleOf(list) + styleOf(list.querySelector('li') || list))
    if (STYLES[named?.[1]]) list.setAttribute('type', STYLES[named[1]])
  }
}

// Word on the web writes each item as a list of its own, in a wrapper.
function joinWrapped(body) {
  for (const wrapper of body.querySelectorAll('.ListContainerWrapper')) {
    const before = wrapper.previousElementSibling
    const [list, last] = [wrapper.firstElementChild, before?.lastElementChild]
    if (before?.matches('.ListContainerWrapper') && list && last?.nodeName === list.nodeName) {
      list.prepend(...last.childNodes)
      list.setAttribute('start', last.getAttribute('start') || 1)
      before.remove()
    }
  }
}

// ---- Word

const levelOf = (node) => Number(/mso-list:\s*l\d+\s+level(\d)/.exec(styleOf(node))?.[1] || 0)
const listOf = (node) => /mso-list:\s*(l\d+)/.exec(styleOf(node))?.[1]

function fromWord(body) {
  for (const first of body.querySelectorAll('p[data-css*="mso-list"], h1[data-css*="mso-list"], h2[data-css*="mso-list"], h3[data-css*="mso-list"]')) {
    if (first.isConnected && levelOf(first)) gather(first)
  }
}

// Turn the run of items that begins here into nested lists.
function gather(first) {
  const items = [first]
  for (let next = first.nextElementSibling; next && levelOf(next); next = next.nextElementSibling) items.push(next)
  const place = document.createComment('list')
  first.before(place)
  const open = []
  for (const item of items) {
    const level = levelOf(item)
    const kind = kindOf(takeMarker(item))
    while (open.length && open.at(-1).level > level) open.pop()
    if (!continues(open.at(-1), level, kind, item)) {
      if (open.at(-1)?.level === level) open.pop()
      open.push({ level, kind, number: listOf(item), element: begin(kind, open.at(-1), place) })
    }
    const li = document.createElement('li')
    const paragraph = document.createElement('p')
    paragraph.append(...item.childNodes)
    li.append(paragraph)
    open.at(-1).element.append(li)
    item.remove()
  }
  place.remove()
}

function continues(last, level, kind, item) {
  return last && last.level === level && last.kind.tag === kind.tag && last.number === listOf(item)
}

function begin(kind, outer, place) {
  const list = document.createElement(kind.tag)
  if (kind.style) list.setAttribute('type', kind.style)
  if (kind.start > 1) list.setAttribute('start', kind.start)
  if (outer) outer.element.lastElementChild.append(list)
  else place.before(list)
  return list
}

// The bullet or number that Word put before the words, taken out.
function takeMarker(item) {
  const markers = [...item.querySelectorAll('span')].filter((span) => /mso-list:\s*ignore/.test(styleOf(span)))
  const text = markers.map((marker) => marker.textContent).join('').replace(/[\s\u00a0]+/g, '')
  markers.forEach((marker) => marker.remove())
  return text
}

function kindOf(marker) {
  const found = /^\(?([a-z]{1,4}|\d{1,4})[.)]*$/i.exec(marker.replace(/^.*\.(?=\w+\.?$)/, ''))
  if (!found || (marker === 'o' || marker === '§')) return { tag: 'ul' }
  const mark = found[1]
  if (/\d/.test(mark)) return { tag: 'ol', start: Number(mark) }
  if (/^(?:i|ii|iii|iv|v|vi{1,3}|ix|x+)$/i.test(mark) && (mark.length > 1 || /i/i.test(mark))) {
    return { tag: 'ol', style: mark === mark.toLowerCase() ? 'i' : 'I', start: roman(mark) }
  }
  return { tag: 'ol', style: mark === mark.toLowerCase() ? 'a' : 'A', start: mark.length === 1 ? mark.toLowerCase().charCodeAt(0) - 96 : 1 }
}

function roman(mark) {
  const values = [...mark.toLowerCase()].map((letter) => ({ i: 1, v: 5, x: 10, l: 50, c: 100 })[letter] || 0)
  return values.reduce((sum, value, at) => sum + (value < (values[at + 1] || 0) ? -value : value), 0)
}
