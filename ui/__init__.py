"""The calendar page, for people: server-rendered HTML, a style sheet and one small script.

Base, which every page goes through:
- `session`: the cookie, sealed by the vault, that says which API key signed in
- `guard`: `SignedIn` and `Enabled`, the dependencies of every page route; refuses forged requests
- `rendering`: `render(request, "name.html", visitor, **context)`; filters and words of templates
- `headers`: security headers on every answer that is no API's, and HTML in place of JSON errors
- `mounting`: which routes there are

Pages:
- `entering`: sign-in and sign-out · `assets`: style sheet and script · `pictures`: own files
- `calendar`: the week and the month; `asking` reads the address, `looking` the database; `days`,
  `week`, `month`, `cards` shape it (pure); `lists` is what stands beside it; `statuses` its looks
- `panel`: one post · `actions`: what people ask of it · `publishing`: a new one · `rules`: when

`templates/base.html` is the frame of every page; `templates/macros.html` has the status badge, the
form token and more. No `style="…"` and no `onclick="…"`: the Content-Security-Policy forbids both.
"""
