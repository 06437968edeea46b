"""How mail programs write an answer: what they put above the history, how they quote it, and how they mark it in HTML."""

# ruff: noqa: E501  (a mail has the lines it has)

OTHER, OTHER_PHONE = "anna.jansen@voorbeeld.nl", "06-12 34 56 78"
OWN = "bram@thuis-voorbeeld.nl"
HISTORY = [
    "Dag Bram,",
    "",
    "De lamp staat klaar. Bel me op 06-12 34 56 78",
    "of mail anna.jansen@voorbeeld.nl.",
    "",
    "Anna",
]
NAME = f"Anna Jansen <{OTHER}>"

# Program, what stands above the history, and whether the history is quoted with ">" or bare.
PLAIN = [
    ("gmail-web-nl", [f"Op ma 3 nov. 2026 om 10:14 schreef {NAME}:"], ">"),
    ("gmail-web-nl-wrapped", ["Op ma 3 nov. 2026 om 10:14 schreef Anna Jansen <", f"{OTHER}>:"], ">"),
    ("gmail-app-nl", [f"Op ma 3 nov. 2026 10:14 schreef {NAME}:"], ">"),
    ("gmail-web-en", [f"On Tue, Nov 3, 2026 at 10:14 AM {NAME}", "wrote:"], ">"),
    ("gmail-web-en-three", ["On Tue, Nov 3, 2026 at 10:14 AM", f"Anna Jansen <{OTHER}>", "wrote:"], ">"),
    ("gmail-web-de", [f"Am Di., 3. Nov. 2026 um 10:14 Uhr schrieb {NAME}:"], ">"),
    ("gmail-web-fr", [f"Le mar. 3 nov. 2026 à 10:14, {NAME} a", "écrit :"], ">"),
    ("apple-mail-nl", [f"Op 3 nov. 2026, om 10:14 heeft {NAME} het volgende geschreven:"], ">"),
    ("apple-mail-nl-wrapped", [f"Op 3 nov. 2026, om 10:14 heeft {NAME} het volgende", "geschreven:"], ">"),
    ("apple-mail-en", [f"On 3 Nov 2026, at 10:14, {NAME} wrote:"], ">"),
    ("apple-mail-de", [f"Am 03.11.2026 um 10:14 schrieb {NAME}:"], ">"),
    ("apple-mail-fr", [f"Le 3 nov. 2026 à 10:14, {NAME} a écrit :"], ">"),
    ("iphone-nl", [f"Op 3 nov 2026 om 10:14 heeft {NAME} het volgende geschreven:"], ">"),
    ("thunderbird-nl", ["Op 03-11-2026 om 10:14 schreef Anna Jansen:"], ">"),
    ("thunderbird-en", ["On 03/11/2026 10:14, Anna Jansen wrote:"], ">"),
    ("thunderbird-de", ["Am 03.11.26 um 10:14 schrieb Anna Jansen:"], ">"),
    ("thunderbird-fr", ["Le 03/11/2026 à 10:14, Anna Jansen a écrit :"], ">"),
    ("roundcube-xs4all-nl", ["Anna Jansen schreef op 2026-11-03 10:14:"], ">"),
    ("roundcube-address-nl", [f"{NAME} schreef op 03-11-2026", "10:14:"], ">"),
    ("roundcube-en", ["On 2026-11-03 10:14, Anna Jansen wrote:"], ">"),
    ("squirrel-old", ["Anna Jansen schreef:"], ">"),
    ("k9-nl", [f"Op 3 november 2026 10:14:23 CET schreef {NAME}:"], ">"),
    ("k9-en", [f"On November 3, 2026 10:14:23 AM GMT+01:00, {NAME} wrote:"], ">"),
    ("yahoo-nl", [f"    Op dinsdag 3 november 2026 10:14:23 CET schreef {NAME}:  ", " "], ">"),
    ("proton-nl", [f"Op dinsdag 3 november 2026 om 10:14 schreef {NAME}:"], ">"),
    ("proton-en", [f"On Tuesday, November 3rd, 2026 at 10:14 AM, {NAME} wrote:"], ">"),
    ("proton-old", ["------- Original Message -------", f"On Tuesday, November 3rd, 2026 at 10:14, {NAME} wrote:", ""], ">"),
    ("zimbra-attribution", [f"----- Op 3 nov 2026 om 10:14 schreef {NAME}: "], ">"),
    ("aol-nl", [f"In een bericht van 3-11-2026 10:14 schrijft {OTHER}:"], ">"),
    ("spanish", [f"El mar, 3 nov 2026 a las 10:14, {NAME} escribió:"], ">"),
    ("gmail-old-iso", [f"2026-11-03 10:14 GMT+01:00 {NAME}:"], ">"),
    ("gmail-old-iso-wrapped", ["2026-11-03 10:14 GMT+01:00 Anna Jansen <", f"{OTHER}>:"], ">"),
    ("gmail-app-odd-break", [f"Op 3 nov. 2026 10:14 schreef Anna <{OTHER}", ">:"], ">"),
    ("polish", [f"wt., 3 lis 2026 o 10:14 {NAME} napisał(a):"], ">"),
    ("turkish", [f"{NAME}, 3 Kas 2026 Sal, 10:14 tarihinde şunu yazdı:"], ">"),
    ("gmail-app-bare", [f"Op ma 3 nov. 2026 10:14 schreef {NAME}:"], ""),
    ("spark-bare", [f"On 3 Nov 2026, 10:14 +0100, {NAME}, wrote:"], ""),
    ("outlook-windows-nl", [f"Van: {NAME}", "Verzonden: dinsdag 3 november 2026 10:14", f"Aan: Bram <{OWN}>", "Onderwerp: Re: lamp", ""], ""),
    ("outlook-windows-en", [f"From: {NAME}", "Sent: Tuesday, November 3, 2026 10:14 AM", f"To: Bram <{OWN}>", "Subject: Re: lamp", ""], ""),
    ("outlook-windows-de", [f"Von: {NAME}", "Gesendet: Dienstag, 3. November 2026 10:14", f"An: Bram <{OWN}>", "Betreff: Re: lamp", ""], ""),
    ("outlook-windows-fr", [f"De : {NAME}", "Envoyé : mardi 3 novembre 2026 10:14", f"À : Bram <{OWN}>", "Objet : Re: lamp", ""], ""),
    ("outlook-bold-nl", [f"*Van:* {NAME}", "*Verzonden:* dinsdag 3 november 2026 10:14", f"*Aan:* Bram <{OWN}>", "*Onderwerp:* Re: lamp", ""], ""),
    ("outlook-web-nl", ["_" * 32, f"Van: {NAME}", "Verzonden: dinsdag 3 november 2026 10:14", f"Aan: Bram <{OWN}>", "Onderwerp: Re: lamp", ""], ""),
    ("outlook-2003-nl", ["-----Oorspronkelijk bericht-----", f"Van: {NAME} [mailto:{OTHER}] ", "Verzonden: dinsdag 3 november 2026 10:14", "Aan: Bram", "Onderwerp: lamp", ""], ""),
    ("outlook-2003-en", ["-----Original Message-----", f"From: {NAME}", "Sent: Tuesday, November 3, 2026 10:14 AM", "To: Bram", "Subject: lamp", ""], ""),
    ("outlook-2003-de", ["-----Ursprüngliche Nachricht-----", f"Von: {NAME}", "Gesendet: Dienstag, 3. November 2026 10:14", "An: Bram", "Betreff: lamp", ""], ""),
    ("outlook-2003-fr", ["-----Message d'origine-----", f"De : {NAME}", "Envoyé : mardi 3 novembre 2026 10:14", "À : Bram", "Objet : lamp", ""], ""),
    ("outlook-express", ["----- Original Message ----- ", f'From: "Anna" <{OTHER}>', f"To: <{OWN}>", "Sent: Tuesday, November 03, 2026 10:14 AM", "Subject: lamp", "", ""], ">"),
    ("samsung-nl", ["-------- Oorspronkelijk bericht --------", f"Van: {NAME} ", "Datum: 03-11-2026  10:14  (GMT+01:00) ", f"Aan: {OWN} ", "Onderwerp: Re: lamp ", ""], ""),
    ("samsung-en", ["-------- Original message --------", f"From: {NAME} ", "Date: 03/11/2026  10:14  (GMT+01:00) ", f"To: {OWN} ", "Subject: Re: lamp ", ""], ""),
    ("zimbra-ziggo-nl", [f'Van: "Anna" <{OTHER}>', f'Aan: "Bram" <{OWN}>', "Verzonden: Dinsdag 3 november 2026 10:14:23", "Onderwerp: Re: lamp", ""], ""),
    ("kpn-webmail-nl", ["----Origineel Bericht----", f"Van : {OTHER}", "Datum : 03/11/2026 10:14", f"Aan : {OWN}", "Onderwerp : Re: lamp", ""], ""),
    ("open-xchange-nl", [f"Op 03-11-2026 10:14 CET schreef {NAME}:", "", " "], ">"),
]  # fmt: skip

FORWARDS = [
    ("gmail", ["---------- Forwarded message ---------", f"Van: {NAME}", "Date: ma 3 nov. 2026 om 10:14", "Subject: lamp", f"To: {OWN}", ""]),
    ("gmail-nl", ["---------- Doorgestuurd bericht ---------", f"Van: {NAME}", "Datum: ma 3 nov. 2026", "Onderwerp: lamp", ""]),
    ("apple-nl", ["Begin doorgestuurd bericht:", "", f"Van: {NAME}", "Onderwerp: lamp", "Datum: 3 november 2026", f"Aan: {OWN}", ""]),
    ("apple-en", ["Begin forwarded message:", "", f"> From: {NAME}", "> Subject: lamp", "> Date: 3 November 2026", ""]),
    ("apple-de", ["Anfang der weitergeleiteten Nachricht:", "", f"Von: {NAME}", "Betreff: lamp", "Datum: 3. November 2026", ""]),
    ("apple-fr", ["Début du message réexpédié :", "", f"De: {NAME}", "Objet: lamp", "Date: 3 novembre 2026", ""]),
    ("thunderbird-nl", ["-------- Doorgestuurd bericht --------", "Onderwerp: \tlamp", "Datum: \tTue, 3 Nov 2026 10:14:23", f"Van: \t{NAME}", f"Aan: \t{OWN}", "", ""]),
    ("thunderbird-en", ["-------- Forwarded Message --------", "Subject: \tlamp", "Date: \tTue, 3 Nov 2026", f"From: \t{NAME}", f"To: \t{OWN}", "", ""]),
    ("outlook-nl", ["_" * 32, f"Van: {NAME}", "Verzonden: dinsdag 3 november 2026", "Aan: Bram", "Onderwerp: lamp", ""]),
]  # fmt: skip

_WORD = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
_HEAD = f"<b>Van:</b> Anna Jansen &lt;{OTHER}&gt;<br><b>Verzonden:</b> dinsdag 3 november 2026 10:14<br><b>Aan:</b> Bram &lt;{OWN}&gt;<br><b>Onderwerp:</b> Re: lamp"
_SAID = f'Op ma 3 nov. 2026 om 10:14 schreef Anna Jansen &lt;<a href="mailto:{OTHER}">{OTHER}</a>&gt;:'

# Program, and its whole HTML; {new} is what the writer typed, {card} the signature, {old} the history.
HTML = [
    ("gmail-web", '<div dir="ltr">{new}<div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature">{card}</div></div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">' + _SAID + '<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{old}</blockquote></div>'),
    ("gmail-app", '<div dir="auto">{new}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">' + _SAID + "<br></div><blockquote>{old}</blockquote></div>"),
    ("apple-mail", '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body style="overflow-wrap: break-word;">{new}<div><br><blockquote type="cite"><div>' + _SAID + '</div><br class="Apple-interchange-newline"><div>{old}</div></blockquote></div><br></body></html>'),
    ("iphone", '<html><body dir="auto">{new}<div dir="ltr"><br id="lineBreakAtBeginningOfSignature"><div id="AppleMailSignature">Verstuurd vanaf mijn iPhone<br>{card}</div></div><div dir="ltr"><br><blockquote type="cite">' + _SAID + "<br><br></blockquote></div><blockquote type='cite'><div>{old}</div></blockquote></body></html>"),
    ("iphone-plainer", '<html><body dir="auto">{new}<br><div dir="ltr">Verstuurd vanaf mijn iPad</div><div dir="ltr"><br><blockquote type="cite">' + _SAID + "<br>{old}</blockquote></div></body></html>"),
    ("thunderbird", '<html><head></head><body><p>{new}</p><div class="moz-signature">-- <br>{card}</div><div class="moz-cite-prefix">Op 03-11-2026 om 10:14 schreef Anna Jansen:<br></div><blockquote type="cite" cite="mid:x@y">{old}</blockquote></body></html>'),
    ("thunderbird-forward", '<html><body><p>{new}</p><div class="moz-forward-container"><br>-------- Doorgestuurd bericht --------<table class="moz-email-headers-table"><tr><th>Onderwerp: </th><td>lamp</td></tr><tr><th>Van: </th><td>' + OTHER + "</td></tr></table>{old}</div></body></html>"),
    ("outlook-word", '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><!--[if !mso]><style>v\\:* {}</style><![endif]--><style><!-- p.MsoNormal {margin:0cm} --></style></head><body lang=NL><div class=WordSection1>{new}<p class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style=\'' + _WORD + "'><p class=MsoNormal>" + _HEAD + "<o:p></o:p></p></div></div><p class=MsoNormal>{old}</p></div></body></html>"),
    ("outlook-word-blue", "<html><body><div class=WordSection1>{new}<div style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt'><p class=MsoNormal>" + _HEAD + "</p></div>{old}</div></body></html>"),
    ("outlook-web", '<html><head><style type="text/css">P {margin-top:0;}</style></head><body dir="ltr"><div class="elementToProof">{new}</div><div id="Signature">{card}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font>' + _HEAD + "</font></div><div>{old}</div></body></html>"),
    ("outlook-web-twice", '<html><body><div id="x_x_Signature">{card}</div>{new}<div id="x_appendonsend"></div><div id="x_divRplyFwdMsg">' + _HEAD + "</div>{old}</body></html>"),
    ("outlook-new", '<html><body><div>{new}</div><div id="mail-editor-reference-message-container"><div class="ms-outlook-mobile-reference-message">' + _HEAD + "<br>{old}</div></div></body></html>"),
    ("outlook-ios", '<html><body>{new}<div id="ms-outlook-mobile-signature"><div>{card}</div>Download <a href="https://aka.ms/o0ukef">Outlook voor iOS</a></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg">' + _HEAD + "</div>{old}</body></html>"),
    ("outlook-android", "<html><body><div>{new}</div><div><br></div>Verstuurd vanaf <a href='https://aka.ms/AAb9ysg'>Outlook voor Android</a><hr tabindex='-1' style='width:98%'><div>" + _HEAD + "</div>{old}</body></html>"),
    ("hotmail-old", '<html><body class="hmmessage"><div dir="ltr">{new}<br><div><hr id="stopSpelling">From: ' + OTHER + "<br>To: " + OWN + "<br>Subject: RE: lamp<br>{old}</div></div></body></html>"),
    ("roundcube", '<html><body style="font-size: 10pt"><p>{new}</p><p id="reply-intro">Anna Jansen schreef op 2026-11-03 10:14:</p><blockquote type="cite" style="padding: 0 0.4em"><div id="replybody1">{old}</div></blockquote></body></html>'),
    ("zimbra", '<html><body><div style="font-family: arial">{new}<div data-marker="__SIG_PRE__">-- <br>{card}</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>Van: </b>' + OTHER + "<br><b>Aan: </b>" + OWN + "</div><div>{old}</div></div></body></html>"),
    ("yahoo-web", '<html><head></head><body><div class="ydp1a2byahoo-style-wrap">{new}</div><div id="ydp77yahoo_quoted_3481" class="ydp77yahoo_quoted"><div>' + _SAID + "</div><div>{old}</div></div></body></html>"),
    ("yahoo-android", '<div>{new}</div><div id="ymail_android_signature"><a href="https://x.example">Verzonden vanuit Yahoo Mail op Android</a>{card}</div><br><blockquote style="margin: 0 0 20px 0;"><div>' + _SAID + "</div>{old}</blockquote>"),
    ("yahoo-old", '<html><body><div>{new}</div><div class="yahoo_quoted" style="display: block;">' + _SAID + "{old}</div></body></html>"),
    ("proton", '<div style="font-family: Arial">{new}</div><div class="protonmail_signature_block">{card}Verzonden met <a href="https://proton.me">Proton Mail</a> beveiligde e-mail.</div><div class="protonmail_quote">' + _SAID + '<br><blockquote class="protonmail_quote" type="cite">{old}</blockquote><br></div>'),
    ("samsung", '<html><body dir="auto">{new}<div dir="auto"><br></div><div id="composer_signature" dir="auto">{card}Verzonden vanaf mijn Galaxy</div><div><br></div><div align="left" dir="auto" style="font-size:100%"><div>-------- Oorspronkelijk bericht --------</div><div>Van: ' + OTHER + "</div><div>Datum: 03-11-2026 10:14 (GMT+01:00)</div><div>Aan: " + OWN + "</div><div>Onderwerp: lamp</div></div>{old}</body></html>"),
    ("k9", '<!DOCTYPE html><html><body>{new}<div class="k9mail-signature">-- <br>{card}</div><div class="gmail_quote"><div dir="auto">Op 3 november 2026 10:14:23 CET schreef Anna &lt;' + OTHER + '&gt;:</div><blockquote class="gmail_quote">{old}</blockquote></div></body></html>'),
    ("gmx", "<html><body><div>{new}</div><div style='margin:10px 5px 5px 10px; border-left:2px solid #C3D9E5;' name='quote'><div><b>Gesendet:</b> Dienstag, 3. November 2026<br><b>Von:</b> " + OTHER + "<br><b>An:</b> " + OWN + "<br><b>Betreff:</b> lamp</div>{old}</div></body></html>"),
    ("zoho", '<div>{new}</div><div class="zmail_extra_hr"></div><div class="zmail_extra">' + _SAID + "<blockquote>{old}</blockquote></div>"),
    ("outlook-mac", '<html><body>{new}<span id="OLK_SRC_BODY_SECTION"><div style="border-top: solid #b5c4df 1pt">' + _HEAD + "</div>{old}</span></body></html>"),
]  # fmt: skip

# What stands under a mail: name, lines, and what of it must not go on.
CARDS = [
    ("none", [], []),
    ("dashes", ["-- ", "Bram de Vries", "Kastanjelaan 12", "6825 AB Arnhem", "026-1234567"], ["Kastanjelaan", "6825 AB", "026-1234567"]),
    ("dashes-bare", ["--", "Bram", f"mail: {OWN}", "tel: +31 6 98765432"], [OWN, "98765432"]),
    ("closing", ["", "Met vriendelijke groet,", "", "Bram de Vries", "Kastanjelaan 12", "06 98 76 54 32"], ["Kastanjelaan", "98 76 54"]),
    ("closing-mail", ["", "Groetjes, Bram", f"{OWN}", "0031 6 98765432"], [OWN, "98765432"]),
    ("closing-mvg", ["", "mvg", "Bram de Vries", "M 06-98765432", f"E {OWN}", "W www.bram.voorbeeld"], [OWN, "98765432", "www.bram"]),
    ("closing-en", ["", "Kind regards,", "Bram de Vries", "T: (026) 123 45 67", "Mobile: +31 (0)6 9876 5432"], ["123 45 67", "9876 5432"]),
    ("closing-de", ["", "Mit freundlichen Grüßen", "Bram de Vries", "Tel. 026/1234567"], ["1234567"]),
    ("closing-fr", ["", "Cordialement,", "Bram de Vries", "Tél : 026 123 45 67"], ["123 45 67"]),
    ("card", ["", "Bram de Vries", "Kastanjelaan 12, 6825 AB Arnhem", "026 - 123 45 67"], ["Kastanjelaan", "123 45 67"]),
    ("rule", ["", "_____________________", "Bram de Vries", "tel 06-98765432"], ["98765432"]),
    ("stars", ["", "**********", "Bram de Vries", f"{OWN}"], [OWN]),
    ("iphone", ["", "Verzonden vanaf mijn iPhone"], ["iPhone"]),
    ("iphone-en", ["", "Sent from my iPhone"], ["iPhone"]),
    ("iphone-de", ["", "Von meinem iPhone gesendet"], ["iPhone"]),
    ("iphone-fr", ["", "Envoyé de mon iPhone"], ["iPhone"]),
    ("outlook-android", ["", "Verstuurd vanaf Outlook voor Android<https://aka.ms/AAb9ysg>"], ["Outlook"]),
    ("outlook-ios", ["", "Get Outlook for iOS<https://aka.ms/o0ukef>"], ["Outlook"]),
    ("outlook-ios-nl", ["", "Outlook voor iOS downloaden<https://aka.ms/o0ukef>"], ["Outlook"]),
    ("galaxy", ["", "Verzonden vanaf mijn Galaxy"], ["Galaxy"]),
    ("k9", ["-- ", "Verzonden vanaf mijn Android apparaat met K-9 Mail. Excuseer mijn beknoptheid."], ["K-9"]),
    ("proton", ["", "Verzonden met Proton Mail beveiligde e-mail."], ["Proton"]),
    ("avast", ["", "Virusvrij.www.avast.com"], ["avast"]),
    ("disclaimer", ["", "Groet,", "Bram de Vries", "026-1234567", "", "Disclaimer: dit bericht is vertrouwelijk en alleen", f"voor u bestemd. Vragen? {OWN}"], ["1234567", "vertrouwelijk", OWN]),
    ("disclaimer-en", ["", "This e-mail and any attachments are confidential and intended for the addressee.", f"Questions: {OWN}"], ["confidential", OWN]),
]  # fmt: skip

# What is typed; every line of it must go on. "ascii" and "latin" fit in small character sets.
BODIES = {
    "ascii-short": ["Graag, ik kom zaterdag."],
    "ascii-list": ["Hoi Anna,", "", "Dit heb ik:", "- een lamp", "- twee stoelen", "", "Zeg het maar."],
    "ascii-op": ["Op zaterdag kan ik om 10:30 langskomen.", "Of zondag, wat jij wilt."],
    "ascii-wrote": ["Zoals mijn buurvrouw al schreef: het is zwaar.", "Kom dus liever met twee mensen."],
    "ascii-van": ["Van mij mag het.", "Aan de overkant staat ook nog een kast.", "Datum: zaterdag"],
    "ascii-deliberate": ["Bel me maar op 020-7654321, dan spreken we af.", "Mijn adres:", "Lindestraat 4"],
    "ascii-prices": ["10 euro is prima < 12 is te veel & dat weet je.", "", "1 < 2"],
    "latin-accents": ["Beste Anna, één vraag: is de lamp blauw?", "Groeten aan je zoon André.", "Übrigens: schön!"],
    "latin-long": [("Als je wilt kan ik de lamp ook bij je thuis brengen, want ik kom er toch langs. " * 4).strip()],
    "euro": ["Voor € 10 is hij van jou – “als nieuw”."],
    "emoji": ["Top 👍🏽 ik kom eraan!", "Ça va? Œuvre, ſ, 中文, עברית."],
}
