//! What gives a language away in a few words: its function words and greetings, the letters beyond ASCII that it
//! writes with, and sequences that its words like to have. Written by hand; `tests/language.rs` measures it.

/// One language as it looks.
#[derive(Debug)]
pub struct Profile {
    /// ISO 639-1.
    pub code: &'static str,
    /// As `whatlang` calls it.
    pub whatlang: &'static str,
    /// All small letters beyond ASCII that its own words are written with.
    pub letters: &'static str,
    /// Frequent words, separated by spaces.
    pub words: &'static str,
    /// Typical sequences; `^` is the start of a word, `$` its end.
    pub parts: &'static str,
}

const fn profile(
    code: &'static str,
    whatlang: &'static str,
    letters: &'static str,
    words: &'static str,
    parts: &'static str,
) -> Profile {
    Profile { code, whatlang, letters, words, parts }
}

/// Languages written in Latin letters.
pub const LATIN: &[Profile] = &[
    profile(
        "en",
        "eng",
        "éïæœ",
        "the of and to in a is that for it was on are as with his they i at be this have from or one had \
         by but not what all were we when your can said there use an each which she do how their if will \
         up other about out many then them these so some her would make like him into time has look two \
         more write go see no way could people my than first been who its now find down day did get come \
         made may part hello thanks thank please yes good morning evening night don't i'm it's can't \
         you're isn't won't didn't doesn't i'll we're let's that's what's very much should because just \
         know think want need where why here also after before our me you he does am never always only \
         any over back off again too well still even tomorrow today yesterday monday tuesday friday \
         sunday until while through new old last next big small great right left house book work water \
         world thing things something everything nothing really everyone anyone someone sorry maybe best \
         regards let going",
        "^th ght$ ing$ tion$ ^wh ough ^kn ness$ ful$ ould$ ck$ ^sh ly$ ee oo ow$",
    ),
    profile(
        "de",
        "deu",
        "äöüß",
        "der die das und ist nicht ich du er sie es wir ihr ein eine einen einem einer eines den dem des \
         zu zum zur mit von vom für auf im in an am auch sich als wie aus bei nach noch nur schon aber \
         oder wenn dass daß weil was wer wo wann warum wird werden wurde hat haben hatte sind war waren \
         sein bin bist kann können muss müssen soll will möchte machen gut guten gute morgen tag abend \
         nacht danke bitte ja nein hallo heute gestern sehr mehr viel viele alle alles hier dort dann \
         jetzt immer nie kein keine keinen mein meine dein deine uns euch ihnen ihm ihn mir mich dir \
         dich man so bis über unter vor durch gegen ohne um zwischen geht gibt gehen kommen weiß wieder \
         leider zeit jahr leute frau herr haus wasser kind diese dieser dieses diesen mal doch etwas \
         nichts jeder jede",
        "sch ung$ ^ge lich$ keit$ heit$ ^ver ^zw cht$ tz ^pf ^ei ig$ ^auf ^aus ieren$ en$ eu ^ent ^ab ein",
    ),
    profile(
        "fr",
        "fra",
        "àâæçéèêëîïôœùûüÿ",
        "le la les de du des un une et est à au aux en que qui dans pour pas sur je tu il elle nous vous \
         ils elles on ce cette ces mon ma mes ton ta tes son sa ses notre votre leur leurs se sont avec \
         plus par ne mais ou où si tout tous toute être avoir fait faire comme bien très aussi même sans \
         sous entre quand comment pourquoi oui non bonjour bonsoir merci salut voir ça suis es êtes \
         sommes était ont ai as avez peut peux veux dois faut ici là aujourd'hui demain hier rien jamais \
         toujours encore après avant chez lui eux moi toi deux trop peu beaucoup quelque chose quoi donc \
         alors l' d' j' c' qu' n' s' m' t' jour jours temps monde été cet autre nuit heure maison gare \
         eau livre",
        "eau oux eux$ tion$ ^qu ette$ oir$ ais$ ait$ aient$ ment$ que$ ée$ ^é ille ez$ isse ance$ euse$ eur$ ère$",
    ),
    profile(
        "es",
        "spa",
        "áéíñóúü¿¡",
        "el la los las de del un una unos unas y es en que a al por para con no se lo su sus mi mis tu \
         tus te me le les nos yo él ella ellos usted ustedes nosotros este esta estos estas ese esa eso \
         esto como más pero si sí muy ya o está están estoy son ser era fue ha han he hay tiene tengo \
         tienes puede puedo quiero hacer sin sobre entre cuando dónde donde qué quién cómo cuándo \
         también todo todos toda nada nunca siempre bien bueno buena buenos buenas días tardes noches \
         gracias hola adiós señor hoy mañana ayer aquí allí porque hasta desde mucho muchas otro otra \
         dos año años tiempo vida casa día agua vez cada algo alguien ahora después antes gusta favor \
         nuestro nuestra libro perro",
        "ción$ ll ñ ^es idad$ ue ió$ aje$ illo$ ero$ ado$ ^h mente$ anza$ ie os$ as$ ando$",
    ),
    profile(
        "it",
        "ita",
        "àèéìòóù",
        "il lo la i gli le di del dello della dei degli delle un uno una e è che in nel nella nei a al \
         alla ai alle per con non si da dal dalla su sul sulla come più ma se sono sei siamo siete era \
         ho hai ha abbiamo hanno mi ti ci vi io tu lui lei noi voi loro questo questa questi queste \
         quello quella mio mia tuo tua suo sua anche o perché quando dove chi cosa quanto molto tutto \
         tutti tutta bene buongiorno buonasera buona buon buono grazie prego ciao sì essere fare fatto \
         può posso vuoi vorrei devo deve c'è l' d' un' dell' nell' all' dall' oggi domani ieri qui qua \
         già ancora sempre mai niente senza tra fra dopo prima quindi allora sia stato nostra nostro \
         vostro tempo anno casa giorno vita ogni altro altra due notte acqua libro",
        "gli zione$ cch zz ^sc tà$ gn ggi cci uo etto$ are$ ere$ ire$ ato$ issimo$ mente$ ghe tt ll ss oni$",
    ),
    profile(
        "pt",
        "por",
        "áâãàçéêíóôõúü",
        "o a os as de do da dos das um uma e é em no na nos nas que para por com não se ao à aos às pelo \
         pela seu sua seus suas meu minha teu tua eu tu ele ela eles elas nós você vocês me te lhe isso \
         isto este esta esse essa aquele como mais mas ou já muito muita também só bem bom boa bons dia \
         tarde noite obrigado obrigada olá oi sim está estão estou são ser era foi tem têm tenho há pode \
         posso quero fazer sem sobre entre quando onde quem porque até depois antes todo todos tudo nada \
         nunca sempre hoje amanhã ontem aqui ali agora ainda vai vou ter favor dois ano anos tempo vida \
         casa livro nosso nossa cada outro outra coisa qual fica preciso gosto água",
        "ção$ ções$ nh lh ões$ ão$ ^qu eiro$ eira$ ou$ ei$ dade$ agem$ çã ói ndo$ ss os$ as$ am$ em$",
    ),
    profile(
        "nl",
        "nld",
        "ëïéèöüáó",
        "de het een en van is in op te dat die niet ik je jij hij zij ze we wij jullie u er aan met voor \
         zijn was als ook maar om bij naar dan nog wel geen of uit over door tot kan kunnen moet moeten \
         wil willen zal zou heeft hebben had worden wordt werd waren ben bent mijn jouw uw hun ons onze \
         haar hem mij me wat wie waar hoe wanneer waarom deze dit daar hier nu al zo veel meer heel goed \
         goede goedemorgen goedenavond dank bedankt alstublieft ja nee hallo dag vandaag morgen gisteren \
         altijd nooit iets niets alles iedereen zonder tussen na omdat want gaat gaan komt komen doen \
         maken weet mensen jaar tijd huis water boek kind",
        "ij aa oo ee uu ^sch cht$ heid$ lijk$ ^ge ^ver oe ^zw ^be je$ tje$ ing$ ui en$ ou ^ont ief$ ^z tie$ eer$",
    ),
    profile(
        "pl",
        "pol",
        "ąćęłńóśźż",
        "i w z na do nie się to że jest są był była było być jak ale co za od po o u ze dla przez przy \
         czy czym już tak jego jej ich mój moja moje twój mnie mi cię ci ja ty on ona ono my wy oni ten \
         ta te tego tej tym który która które kiedy gdzie kto dlaczego tylko bardzo może mogę możesz \
         chcę mam masz ma mamy tu tam teraz dziś dzisiaj jutro wczoraj dzień dobry wieczór dziękuję \
         proszę cześć bez pod nad przed więc jeszcze też także zawsze nigdy nic coś wszystko wszyscy \
         albo lub bo gdy aby żeby jeśli rok lat czas dom woda książka pan pani jestem",
        "sz cz rz ^prz dz ^w owa ski$ ego$ ych$ ość$ ie$ ów$ ć$ ^ni łem$ ła$ ^po wie",
    ),
    profile(
        "sv",
        "swe",
        "åäöé",
        "och att det i en ett som är av för på med den till inte jag du han hon vi ni de dem från var \
         har hade om men så vad vem när hur varför kan ska skall vill måste eller där här nu min mitt \
         mina din ditt dina sin sitt sina mig dig oss er mycket också bara god hej tack ja nej morgon \
         kväll idag imorgon igår alla allt något inget ingen efter under över utan vid mot kom gå får \
         blir blev vara varit då ut upp in år tid hus vatten bok snälla",
        "^sk ^sj ^stj ck ar$ or$ ande$ else$ ning$ ^fö het$ ligt$ äl",
    ),
    profile(
        "da",
        "dan",
        "æøåé",
        "og at det i en et som er af for på med den til ikke jeg du han hun vi de fra var har havde om \
         men så hvad hvem hvor hvornår hvorfor kan skal vil må eller der her nu min mit mine din dit \
         dine sin sit mig dig os meget også kun god hej tak ja nej morgen aften dag alle alt noget intet \
         ingen efter under over uden ved mod kom går får bliver blev være været da ud op ind år tid hus \
         vand bog venligst",
        "^hv sk ^af hed$ lig$ ning$ ende$ øj else$ ^be",
    ),
    profile(
        "nb",
        "nob",
        "æøåéò",
        "og at det i en et ei som er av for på med den til ikke jeg du han hun vi de fra var har hadde \
         om men så hva hvem hvor når hvorfor kan skal vil må eller der her nå min mitt mine din ditt \
         dine sin sitt meg deg oss mye også bare god hei takk ja nei morgen kveld dag alle alt noe ingen \
         etter under over uten ved mot kom går får blir ble være vært da ut opp inn år tid hus vann bok",
        "^hv ^sk ^kj het$ lig$ ing$ ende$ øy ^be",
    ),
    profile(
        "fi",
        "fin",
        "äöå",
        "ja on ei se että en hän oli olla olen olet ovat minä sinä me te he tämä mutta kun niin kuin \
         myös jos mitä missä milloin miksi kuka vain nyt jo vielä hyvää hyvä huomenta iltaa päivää \
         kiitos hei moi kyllä tänään huomenna eilen kaikki paljon sitten tai joka jotka ole voi voin \
         haluan minun sinun hänen",
        "ssa$ ssä$ lla$ llä$ sta$ stä$ nen$ kk aa ää ii uu yy ksi$ tta$ mme$ tt",
    ),
    profile(
        "cs",
        "ces",
        "áčďéěíňóřšťúůýž",
        "a v se na je to že s z do o i k ve pro za ale jak by jsem jsi jsou byl byla bylo být co kdo kde \
         kdy proč tak jako nebo od po při už jen také ještě můj moje tvůj já ty on ona my vy oni ten ta \
         tento dobrý den ráno večer děkuji prosím ahoj ano ne dnes zítra včera velmi všechno nic mám máš \
         má můžu mohu chci není který která které když tady tam teď",
        "ou$ ost$ ^př ů ě ř ého$ ých$ ovat$ šť ní$",
    ),
    profile(
        "sk",
        "slk",
        "áäčďéíĺľňóôŕšťúýž",
        "a v sa na je to že s z do o i k vo pre za ale ako by som si sú bol bola bolo byť čo kto kde \
         kedy prečo tak alebo od po pri už len aj ešte môj moja tvoj ja ty on ona my vy oni ten tá tie \
         tento dobrý deň ráno večer ďakujem prosím ahoj áno nie dnes zajtra včera veľmi všetko nič mám \
         máš má môžem chcem ktorý ktorá ktoré keď tu tam teraz",
        "ô ľ ť$ ého$ ých$ osť$ ovať$ nie$ ia$",
    ),
    profile(
        "hu",
        "hun",
        "áéíóöőúüű",
        "a az és hogy nem is egy van volt ez azt ezt de ha mint csak meg már még én te ő mi ti ők nagyon \
         jó jól reggelt napot estét köszönöm szépen kérem szia igen ma holnap tegnap most itt ott hol \
         mikor miért ki mit vagyok vagy vannak lesz lehet kell minden semmi után előtt szeretnék tudom \
         akkor pedig",
        "sz gy zs ny ő ű ság$ ség$ nak$ nek$ ban$ ben$ ok$ ek$ ^meg ^el tt$ ly",
    ),
    profile(
        "ro",
        "ron",
        "ăâîșțşţ",
        "și de la în a cu nu este o un care pe din că să se mai pentru sunt era au am ai are dar ca sau \
         ce cine unde când cum eu tu el ea noi voi ei ele acest această bună ziua dimineața seara \
         mulțumesc vă rog da bine foarte azi mâine ieri acum aici acolo toate tot nimic fost fi mea meu \
         tău lui lor după fără prin",
        "ul$ ului$ ea$ ție$ esc$ eș ăm$ ii$ ^în oa",
    ),
    profile(
        "tr",
        "tur",
        "çğıöşüâîû",
        "ve bir bu da de için ile ne o ben sen biz siz onlar çok daha var yok değil mi mı mu mü gibi \
         kadar ama olarak olan oldu olur en her şey nasıl neden nerede zaman kim günaydın iyi akşamlar \
         merhaba teşekkür ederim lütfen evet hayır bugün yarın dün şimdi burada benim senin bana sana \
         sonra önce ya hiç ki",
        "lar$ ler$ yor$ dır$ dir$ mak$ mek$ lık$ lik$ ı ğ ş ıyor iyor",
    ),
    profile(
        "ca",
        "cat",
        "àçéèíïóòúü·",
        "el la els les de del dels un una i és en que a al per amb no es lo seu seva com més però si \
         molt ja o està són ser era ha han hi jo tu ell ella nosaltres vosaltres aquest aquesta això què \
         qui on quan també tot tots res sempre bé bon dia bona nit gràcies hola sisplau avui demà ahir \
         ara aquí perquè fins des meu meva vull puc tinc té l' d' s' n' estàs fa molta moltes aquests \
         pel pels prop",
        "ció$ ny ig$ tge$ tx ment$ l·l itat$ ix",
    ),
    profile(
        "hr",
        "hrv",
        "čćđšž",
        "i u na je se da za su od s ne to što ili ali kao iz do o po koji koja koje biti bio bila bilo \
         sam si smo ste ja ti on ona mi vi oni ovo taj ta te tko gdje kada zašto kako samo još već vrlo \
         dobro dobar dan jutro večer hvala molim bok danas sutra jučer sada ovdje sve ništa moj moja \
         tvoj imam ima mogu može hoću želim nije nisam",
        "ije$ lj nj ^pr ost$ ski$ ti$ ih$ ima$ ć$",
    ),
    profile(
        "id",
        "ind",
        "",
        "yang dan di ini itu dengan untuk tidak dari dalam akan pada ke adalah saya anda kamu dia kami \
         kita mereka ada juga bisa sudah atau karena oleh lebih sangat telah selamat pagi siang malam \
         terima kasih tolong ya hari besok kemarin sekarang sini apa siapa mana kapan mengapa bagaimana \
         tapi tetapi semua orang",
        "^me ^ber ^ke ^di ^ter kan$ nya$ ng$ ^pe an$ ^ny",
    ),
    profile(
        "vi",
        "vie",
        "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
        "và là của có không cho người được một trong những với này đã các khi tôi bạn anh chị em chúng \
         ta họ nó rất cũng như từ đến ở về thì mà để hay vì nên xin chào cảm ơn ngày hôm nay mai gì ai \
         đâu",
        "^ng ^nh ^tr ^th ng$ nh$ ^ph ^kh",
    ),
    profile(
        "sl",
        "slv",
        "čšž",
        "in v je na se da za so od s z ne to kar ali pa kot iz do o po ki bil bila bilo biti sem si smo \
         ste jaz ti on ona mi vi oni kdo kje kdaj zakaj kako samo še že zelo dobro dober dan jutro večer \
         hvala prosim danes jutri včeraj zdaj tukaj vse nič moj moja tvoj imam ima lahko hočem ni nisem",
        "ij$ ost$ ega$ anje$ ^pri lj nj",
    ),
    profile(
        "et",
        "est",
        "äöõüšž",
        "ja on ei see et ma sa ta me te nad oli olema kui aga ka või mis kes kus millal miks kuidas väga \
         hea tere tänan palun jah täna homme eile nüüd siin kõik midagi olen oled minu sinu mu su",
        "õ aa ee uu öö ks$ st$ mine$ ud$ tud$",
    ),
    profile(
        "lt",
        "lit",
        "ąčęėįšųūž",
        "ir yra kad ne su į iš tai kaip bet aš tu jis ji mes jūs jie kas kur kada kodėl labai gerai laba \
         diena labas rytas ačiū prašau taip šiandien rytoj vakar dabar čia visi mano tavo buvo būti už \
         apie po arba",
        "as$ is$ us$ ė$ ų$ ai$ ^ne imas$",
    ),
    profile(
        "lv",
        "lav",
        "āčēģīķļņšūž",
        "un ir ka ar no uz par tas kā bet es tu viņš viņa mēs jūs viņi kas kur kad kāpēc ļoti labi \
         labdien labrīt paldies lūdzu jā nē šodien rīt vakar tagad šeit visi mans tavs bija būt nav vai \
         pie",
        "ā$ šana$ ība$ s$ ī ē",
    ),
    profile(
        "gl",
        "",
        "áéíóúñü",
        "o a os as do da dos das un unha uns unhas e é en que no na nos nas por para con non se ao á lle \
         lles meu miña teu túa seu súa eu ti el ela nós vós eles moi tamén só bo boa bos boas días \
         grazas ola si estou está ten hai preto ata onde cando quen porque hoxe mañá onte aquí agora ben \
         todo nada",
        "ción$ eiro$ ou$ ei$ x dade$ nh",
    ),
    profile(
        "af",
        "afr",
        "êëôéèïû",
        "die en van 'n is in nie het te om vir met op dat ek jy hy sy ons hulle dit wat wie waar hoe \
         hoekom wanneer sal kan moet wil was word na by uit oor maar ook nog net baie goeie môre naand \
         dankie asseblief ja nee hallo vandag gister hier daar nou my jou haar",
        "^ge ^ver heid$ lik$ ing$ sie$ aa ee oo y oe",
    ),
    profile(
        "la",
        "lat",
        "",
        "et in est non ad ut cum qui quae quod sed si per ex ab de sunt esse hoc hic haec ego tu me te \
         nos vos omnia omnis omnes partes atque aut enim etiam nunc semper",
        "us$ um$ ae$ is$ ^qu orum$ ibus$ tur$",
    ),
    profile(
        "eo",
        "epo",
        "ĉĝĥĵŝŭ",
        "la kaj estas de en al ne mi vi li ŝi ni ili ĝi kiel kio kiu kie kiam por kun sed ĉu jes dankon \
         bonan bonvolu hodiaŭ morgaŭ estis esti tio tiu",
        "oj$ ojn$ as$ is$ on$ an$ kun",
    ),
    profile(
        "sq",
        "",
        "ëç",
        "dhe në të e i për me një që nga si është jam janë ka kam nuk po jo unë ti ai ajo ne ju ata \
         faleminderit mirë mëngjes ditë sot nesër dje këtu ku kur pse çfarë shumë",
        "ë$ sh dh ^të gj nj",
    ),
];

/// Languages written in Cyrillic letters.
pub const CYRILLIC: &[Profile] = &[
    profile(
        "ru",
        "rus",
        "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
        "и в не на я что он с как это по но она к у его её ее из мы за вы так же от то все всё бы было \
         был была были есть меня мне тебя тебе нам вам их ему ей о для до или если когда где кто почему \
         только очень уже ещё еще нет да привет спасибо пожалуйста доброе утро добрый день вечер \
         здравствуйте сегодня завтра вчера сейчас здесь там тут можно нужно надо хочу могу может этот \
         эта эти мой моя твой чем без при над под после перед через потому чтобы тоже ничего никогда \
         всегда сколько следующий работает вопросы всего",
        "ый$ ой$ ая$ ое$ ых$ ого$ его$ ть$ ться$ ешь$ ем$ ов$ ение$ ость$ ие$ ии$ ы э ё ющ ь$",
    ),
    profile(
        "uk",
        "ukr",
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
        "і й та в у не на я що він з як це по але вона до його її із ми за ви так же від то все би було \
         був була були є мене мені тебе тобі нам вам їх йому для або якщо коли де хто чому тільки дуже \
         вже ще ні привіт дякую будь ласка доброго ранку день добрий вечір сьогодні завтра вчора зараз \
         тут там можна треба хочу можу може цей ця ці мій моя твій без при після перед через щоб також \
         нічого ніколи завжди скільки",
        "ів$ ння$ ість$ ти$ ться$ ий$ ої$ ю$",
    ),
    profile(
        "be",
        "bel",
        "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
        "і ў у не на я што ён з як гэта па але яна да яго яе мы за вы так ад усё быў была было ёсць мяне \
         мне табе для ці або калі дзе хто чаму толькі вельмі ўжо яшчэ дзякуй ласка добры дзень раніца \
         сёння заўтра",
        "ць$ ўся$ ання$ ага$",
    ),
    profile(
        "bg",
        "bul",
        "абвгдежзийклмнопрстуфхцчшщъьюя",
        "и в не на аз че той с как това по но тя към от са съм си е да се за или ако когато къде кой \
         защо само много вече още няма благодаря моля добро утро добър ден вечер здравей днес утре вчера \
         сега тук там може трябва искам този тази тези мой моя твой без при след преди през защото също \
         нищо никога винаги ще беше бях има го ги му ѝ",
        "ът$ ата$ ото$ ият$ ъ ваш$",
    ),
    profile(
        "sr",
        "srp",
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        "и у на је се да за су од с не то што или али као из до о по који која које бити био била било \
         сам си смо сте ја ти он она ми ви они ово тај ко где када зашто како само још већ врло добро \
         добар дан јутро вече хвала молим здраво данас сутра јуче сада овде све ништа мој моја твој имам \
         има могу може нећу желим није нисам",
        "ије$ ост$ ски$",
    ),
    profile(
        "mk",
        "mkd",
        "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
        "и во не на јас дека тој со како ова по но таа од се сум си е да за или ако кога каде кој зошто \
         само многу веќе уште нема благодарам молам добро утро добар ден здраво денес утре вчера сега \
         тука може треба сакам овој оваа ќе беше има го ги му",
        "от$ та$ то$ ње$",
    ),
];

/// Languages written in Arabic letters.
pub const ARABIC: &[Profile] = &[
    profile(
        "ar",
        "arb",
        "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءآأإؤئ",
        "في من على إلى أن لا ما هذا هذه كان التي الذي هو هي مع عن أو كل قد لم بعد قبل بين يا كيف أين متى \
         لماذا نعم شكرا مرحبا صباح مساء الخير اليوم غدا أمس الآن هنا هناك أنا أنت نحن هم جدا",
        "^ال ة$ ون$ ين$ ات$",
    ),
    profile(
        "fa",
        "pes",
        "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنهویءآئ",
        "و در به از که این است را با برای آن یک خود تا بر هم نیز ها می شد شده کرد من تو او ما شما آنها \
         چه کجا کی چرا چطور خیلی سلام صبح بخیر ممنون متشکرم لطفا بله نه امروز فردا دیروز اینجا هست نیست",
        "^می های$ ها$",
    ),
    profile(
        "ur",
        "urd",
        "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےآئؤ",
        "کے کی کا میں ہے اور سے کو نے ہیں یہ وہ پر ایک نہیں کیا تھا تھی بھی تو ہو کر جو آپ ہم میرا بہت \
         شکریہ سلام کیسے کہاں کب کیوں ہاں آج کل",
        "ں$ ے$",
    ),
];
