// Beside the sign-in library's own script: shows what needs passkeys where there are any, and tells of a failure in words.
(function () {
  const able = Boolean(window.PublicKeyCredential)
  for (const part of document.querySelectorAll('[data-passkey]')) part.hidden = !able
  document.getElementById('passkey-missing').hidden = able

  // The library's button only listens to a click, so Enter in a field would send the form without a passkey.
  for (const form of document.querySelectorAll('form[data-passkey-button]')) {
    form.addEventListener('submit', function (event) {
      event.preventDefault()
      document.getElementById(form.dataset.passkeyButton).click()
    })
  }

  document.addEventListener('click', function () {
    document.getElementById('passkey-trouble').hidden = true
  })
  document.addEventListener('allauth.error', function (event) {
    event.preventDefault()
    document.getElementById('passkey-trouble').hidden = false
  })
})()
