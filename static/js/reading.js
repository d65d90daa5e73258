// A form that takes seconds says so, and is sent once.
(function () {
  for (const form of document.querySelectorAll('form[data-reading]')) {
    const status = form.querySelector('[data-reading-status]')
    const buttons = form.querySelectorAll('button[type="submit"]')
    let sent = false
    const show = function (words) {
      if (status) status.textContent = words
      for (const button of buttons) button.setAttribute('aria-disabled', String(Boolean(words)))
      sent = Boolean(words)
    }
    form.addEventListener('submit', function (event) {
      if (sent) event.preventDefault()
      else show(form.dataset.reading || 'Reading …')
    })
    // The page as the browser brings it back is ready to be sent again.
    window.addEventListener('pageshow', function (event) {
      if (event.persisted) show('')
    })
  }
})()
