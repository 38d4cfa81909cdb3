//! The words of each language that are read as others, and those that say little. As they are read: in small letters, without
//! accents.

/// Spellings, and the word that each is read as: what people type in a chat, in Jamaica too; forms that no stemmer knows; and
/// what a question is equally about, whichever of them it names.
pub(super) const ENGLISH_SPELLINGS: &[(&str, &str)] = &[
    ("u", "you"),
    ("edit edits editing modify modified alter", "change"),
    ("begin begins beginning", "start"),
    ("genuine authentic", "real"),
    (
        "guest guests client clients buyer buyers customers",
        "customer",
    ),
    (
        "restaurant restaurants store stores supermarket supermarkets shops market",
        "shop",
    ),
    ("sms", "message"),
    (
        "remove removes removed removing erase erased wipe wiped deleted deleting",
        "delete",
    ),
    ("mail emails", "email"),
    ("increase increased increases", "raise"),
    ("maximum max cap", "limit"),
    ("transfer transfers transferred transferring", "send"),
    ("offline outage", "down"),
    ("yuh yu yah oonu unu ya", "you"),
    ("di", "the"),
    ("mek", "make"),
    ("tek", "take"),
    ("gi", "give"),
    ("wid", "with"),
    ("neva", "never"),
    ("nuh cyaan kyaan", "not"),
    ("waan", "want"),
    ("wha", "what"),
    ("wen", "when"),
    ("ppl", "people"),
    ("abt", "about"),
    ("fren frens friends", "friend"),
    ("bal", "balance"),
    ("txn tx trans", "transaction"),
    ("ln", "lightning"),
    ("addy addr", "address"),
    ("spent spends spending", "spend"),
    ("chatgpt gpt", "robot"),
    ("lend lends borrow borrowing loans", "loan"),
    ("commission commissions percentage", "fee"),
    ("hack hacker hackers hacking", "hacked"),
    (
        "scammer scammers scamming fraud fraudster con conned phishing swindle swindler",
        "scam",
    ),
    ("memo memos notes", "note"),
    ("complaint complaints", "complain"),
    ("ur", "your"),
    ("r", "are"),
    ("wat wats wah whats", "what"),
    ("weh wher wheres", "where"),
    ("hows", "how"),
    ("whos", "who"),
    ("dis", "this"),
    ("dat", "that"),
    ("dem", "them"),
    ("dey", "they"),
    ("ting", "thing"),
    ("tings", "things"),
    ("mi mine", "my"),
    ("fi", "to"),
    ("inna", "in"),
    ("pon", "on"),
    ("nah dont doesnt didnt wont isnt", "not"),
    ("cyan cant", "cannot"),
    ("wan wanna", "want"),
    ("gonna", "going"),
    ("gimme", "give"),
    ("pls plz", "please"),
    ("bout", "about"),
    ("thru", "through"),
    ("nite", "night"),
    ("msg", "message"),
    ("msgs", "messages"),
    ("acct acc", "account"),
    ("pic", "picture"),
    ("pics", "pictures"),
    ("cell cellphone mobile", "phone"),
    ("num", "number"),
    ("btc btcs", "bitcoin"),
    ("tief thief", "stolen"),
    ("bredren bredrin", "friend"),
    ("id", "identity"),
    ("info", "information"),
    ("legit", "trustworthy"),
    ("cash", "money"),
    ("paid pays payed paying", "pay"),
    ("sent sends sending", "send"),
    ("got gets getting", "get"),
    ("lost losing", "lose"),
    ("stole steal robbed grabbed snatched", "stolen"),
    ("expired expires expire", "expire"),
    (
        "mother mom mum mummy father dad daughter son sister brother aunt auntie uncle cousin grandson granddaughter \
         grandma grandpa granny nephew niece wife husband",
        "family",
    ),
    (
        "usa states america canada england uk britain london miami toronto york florida spain overseas foreign \
         farrin",
        "abroad",
    ),
    (
        "jamaica trinidad barbados bahamas guyana grenada antigua dominica belize haiti lucia vincent cayman curacao \
         bermuda tobago nevis kitts islands",
        "island",
    ),
    ("scotiabank ncb jn sagicor jmmb cibc rbc banks", "bank"),
    (
        "ethereum eth litecoin ltc dogecoin doge solana sol xrp ripple cardano coins",
        "coin",
    ),
];

pub(super) const SPANISH_SPELLINGS: &[(&str, &str)] = &[
    ("q k qe", "que"),
    ("editar modificar modifico modificarlo edito", "cambiar"),
    ("comenzar comienzo empiezo", "empezar"),
    (
        "transferir transferencia transferencias transfiero",
        "enviar",
    ),
    (
        "huesped huespedes comprador compradores clientes",
        "cliente",
    ),
    (
        "restaurante restaurantes colmado colmados supermercado supermercados tiendas comercio comercios",
        "tienda",
    ),
    ("sms", "mensaje"),
    ("autentico verdadero", "verdad"),
    ("doblar doble", "duplicar"),
    ("maximo tope", "limite"),
    (
        "elimina eliminar elimino eliminen limpia limpiar borra borren borrame",
        "borrar",
    ),
    ("aumentar aumenta aumentan aumento", "subir"),
    ("prefiero prefieres prefiere", "preferir"),
    ("cierro cierra cierran cierren", "cerrar"),
    ("encuentro encuentra encuentran", "encontrar"),
    ("pierdo pierde perdi perdio perdieron perdido", "perder"),
    (
        "muestra muestrame muestramelo muestralo muestras ensena ensename ensenas",
        "mostrar",
    ),
    ("cuesta cuestan costo costos", "costar"),
    (
        "vence vencio vencido vencida expiro expira caduco caduca",
        "vencer",
    ),
    (
        "robaron robo robado arrebataron asaltaron atracaron",
        "robar",
    ),
    (
        "hackearon hackeo hackeado hackean hackeen jaquearon",
        "hackear",
    ),
    ("estafador estafadores estafaron estafar fraude", "estafa"),
    ("comisiones tarifa tarifas", "comision"),
    ("celu", "telefono"),
    ("wasap guasap wsp whats", "whatsapp"),
    ("identificacion id", "cedula"),
    ("balance", "saldo"),
    ("concepto", "nota"),
    ("link liga", "enlace"),
    ("clave claves password", "contrasena"),
    ("chatgpt gpt", "robot"),
    ("prestan prestar prestame presta prestamos", "prestamo"),
    ("xq pq", "porque"),
    ("tb", "tambien"),
    ("pa", "para"),
    ("toy", "estoy"),
    ("ta", "esta"),
    ("cel celular movil", "telefono"),
    ("chip", "sim"),
    ("plata cuarto cuartos chele", "dinero"),
    ("btc", "bitcoin"),
    ("app", "aplicacion"),
    ("info", "informacion"),
    ("msj", "mensaje"),
    ("mandar", "enviar"),
    ("mande", "envie"),
    ("manda", "envia"),
    ("mandaron", "enviaron"),
    (
        "mama mami papa papi hija hijo hermana hermano tia tio prima primo nieto nieta abuela abuelo sobrino sobrina \
         esposa esposo mujer marido pareja",
        "familia",
    ),
    (
        "usa eeuu unidos canada inglaterra miami york espana afuera extranjero madrid",
        "exterior",
    ),
    (
        "dominicana cuba haiti venezuela colombia mexico panama curazao islas",
        "isla",
    ),
    ("banreservas popular bhd bancaria bancario bancos", "banco"),
    (
        "ethereum eth litecoin dogecoin solana xrp criptomonedas criptos",
        "cripto",
    ),
];

/// Words that say little of what a question is about.
pub(super) const ENGLISH_FILLERS: &str = "\
    a an the and or but so if then than of to in on at for by from with into over up out off as is are was were be been am \
    it its this that these those i im me my we us our you your yours he him his she her they them their do does did done \
    has have had having will would can could shall should may might must not cannot no yes please ok hi hello hey there \
    here what which who how where when why some any all one thing things tell say says said go going get make \
    made let want need like just now still too very also about only more much many again really de cause even ever \
    anymore able way good morning day evening afternoon night today yesterday tomorrow ago hour hours minute minutes week \
    weeks monday tuesday wednesday thursday friday saturday sunday since before after last next maybe because while \
    dollars dollar anything everything nothing something someone somebody anybody nobody man woman lady guy guys people instead \
    possible happens right time times mean means meaning island abroad";

pub(super) const SPANISH_FILLERS: &str = "\
    un una unos unas el la los las lo de del al a en y e o u que es son ser soy eres era fue esta estas este esto estan \
    estoy ese esa eso esos se me mi mis te tu tus le les nos su sus por para con sin como cual cuales cuando donde quien \
    quienes cuanto cuantos cuanta si no ya pero mas muy tambien porque hay he ha han hace hacer hago haces cosa cosas \
    quiero quieres puedo puede puedes pueden poder tengo tiene tienes tener debo favor porfa hola aqui ahi alli aca otra \
    otro otras otros vez algo alguien todo todos toda todas decir dice dicen dime ahora todavia voy va van ir ver estar \
    solo buenas buenos dias dia tardes noche noches hoy ayer manana antes despues hora horas minuto minutos semana semanas \
    lunes martes miercoles jueves viernes sabado domingo desde hasta sobre anoche dolares dolar pesos peso nada cada \
    senora senor hombre tan asi sea deberia debe creo gracias isla exterior significa";
