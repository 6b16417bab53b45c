-- One key for codes. Codes were compared by the upper case of their ASCII letters, and printed by that of Unicode, so that a
-- code could be printed which nobody could redeem. From now on every statement and the server compare code_key(code): full
-- case folding, NFC, and nothing that draws nothing. See docs/decisions/0008-code-keys.md.

-- From here on no code may come that is not compared below; processes of the release before wait.
lock table coupons in share row exclusive mode;

-- Printed by scripts/code-folding.ts --sql from the tables that the server has. Tables of its own, because the rules of
-- PostgreSQL and Node for upper and lower case depend on their versions and locales.
create function code_key_beyond_ascii(code text) returns text
  language plpgsql immutable strict parallel safe as $$
declare
  key text collate "C" := code;
begin
  -- Most such codes: beside ASCII the letters of Western Europe alone, which are normalised and visible as they stand.
  if key !~ '[\U00000001-\U0000001F\U0000007F-\U000000BF\U00000100-\U0010FFFF]' then
    return btrim(replace(translate(upper(key),
      'àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ',
      'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŸ'), 'ß', 'SS'));
  end if;
  key := regexp_replace(key, '[\U00000080-\U0000009F\U000000AD\U0000034F\U0000061C\U0000115F-\U00001160\U000017B4-\U000017B5\U0000180B-\U0000180F\U0000200B-\U0000200F\U0000202A-\U0000202E\U00002060-\U0000206F\U00002800\U00003164\U0000FE00-\U0000FE0F\U0000FEFF\U0000FFA0\U0000FFF0-\U0000FFFB\U00013430-\U0001343F\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]', '', 'g');
  key := regexp_replace(key, '[\U000000A0\U00001680\U00002000-\U0000200A\U00002028-\U00002029\U0000202F\U0000205F\U00003000]', ' ', 'g');
  key := normalize(key, nfc);
  if key ~ '[\U000000B5-\U0000029E\U00000345]' then
    key := translate(key,
    'µàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĳĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷźżžſƀƃƅƈƌ'
    'ƒƕƙƚƛƞơƣƥƨƭưƴƶƹƽƿǅǆǈǉǋǌǎǐǒǔǖǘǚǜǝǟǡǣǥǧǩǫǭǯǲǳǵǹǻǽǿȁȃȅȇȉȋȍȏȑȓȕȗșțȝȟȣȥȧȩȫȭȯȱȳȼȿɀɂɇɉɋɍɏɐɑɒɓɔɖɗəɛɜɠɡɣɤɥɦɨɩ'
    'ɪɫɬɯɱɲɵɽʀʂʃʇʈʉʊʋʌʒʝʞͅ',
    'ΜÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŸĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮIĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŹŻŽSɃƂƄƇƋ'
    'ƑǶƘȽꟜȠƠƢƤƧƬƯƳƵƸƼǷǄǄǇǇǊǊǍǏǑǓǕǗǙǛƎǞǠǢǤǦǨǪǬǮǱǱǴǸǺǼǾȀȂȄȆȈȊȌȎȐȒȔȖȘȚȜȞȢȤȦȨȪȬȮȰȲȻⱾⱿɁɆɈɊɌɎⱯⱭⱰƁƆƉƊƏƐꞫƓꞬƔꟋꞍꞪƗƖ'
    'ꞮⱢꞭƜⱮƝƟⱤƦꟅƩꞱƮɄƱƲɅƷꞲꞰΙ');
  end if;
  if key ~ '[\U00000371-\U000003FB]' then
    key := translate(key,
    'ͱͳͷͻͼͽάέήίαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώϐϑϕϖϗϙϛϝϟϡϣϥϧϩϫϭϯϰϱϲϳϴϵϸϻ',
    'ͰͲͶϽϾϿΆΈΉΊΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΣΤΥΦΧΨΩΪΫΌΎΏΒΘΦΠϏϘϚϜϞϠϢϤϦϨϪϬϮΚΡϹͿΘΕϷϺ');
  end if;
  if key ~ '[\U00000430-\U0000052F]' then
    key := translate(key,
    'абвгдежзийклмнопрстуфхцчшщъыьэюяѐёђѓєѕіїјљњћќѝўџѡѣѥѧѩѫѭѯѱѳѵѷѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӂӄӆӈӊӌӎӏ'
    'ӑӓӕӗәӛӝӟӡӣӥӧөӫӭӯӱӳӵӷӹӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯ',
    'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӁӃӅӇӉӋӍӀ'
    'ӐӒӔӖӘӚӜӞӠӢӤӦӨӪӬӮӰӲӴӶӸӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮ');
  end if;
  if key ~ '[\U00000561-\U00000586\U000010D0-\U000010FF\U000013F8-\U000013FD\U00001C80-\U00001C8A\U00001D79-\U00001D8E\U00001E01-\U00001EFF]' then
    key := translate(key,
    'աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿᏸᏹᏺᏻᏼᏽᲀᲁᲂᲃᲄᲅᲆᲇᲈᲊ'
    'ᵹᵽᶎḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕẛạảấầẩẫậắằẳẵặẹẻẽếềểễệỉ'
    'ịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹỻỽỿ',
    'ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿᏰᏱᏲᏳᏴᏵВДОСТТЪѢꙊᲉ'
    'ꝽⱣꟆḀḂḄḆḈḊḌḎḐḒḔḖḘḚḜḞḠḢḤḦḨḪḬḮḰḲḴḶḸḺḼḾṀṂṄṆṈṊṌṎṐṒṔṖṘṚṜṞṠṢṤṦṨṪṬṮṰṲṴṶṸṺṼṾẀẂẄẆẈẊẌẎẐẒẔṠẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈ'
    'ỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸỺỼỾ');
  end if;
  if key ~ '[\U00001F00-\U00001FE5\U0000214E-\U00002184\U000024D0-\U000024E9\U00002C30-\U00002D2D\U0000A641-\U0000A69B\U0000A723-\U0000A7F6\U0000AB53-\U0000ABBF\U0000FF41-\U0000FF5A\U00010428-\U0001044F\U000104D8-\U000104FB\U00010597-\U000105BC\U00010CC0-\U00010CF2\U00010D70-\U00010D85\U000118C0-\U000118DF\U00016E60-\U00016ED3\U0001E922-\U0001E943]' then
    key := translate(key,
    'ἀἁἂἃἄἅἆἇἐἑἒἓἔἕἠἡἢἣἤἥἦἧἰἱἲἳἴἵἶἷὀὁὂὃὄὅὑὓὕὗὠὡὢὣὤὥὦὧὰὲὴὶὸὺὼᾰᾱῐῑῠῡῥⅎⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻⅼⅽⅾⅿↄⓐⓑⓒⓓⓔⓕⓖⓗⓘⓙⓚⓛⓜⓝⓞⓟⓠⓡⓢⓣ'
    'ⓤⓥⓦⓧⓨⓩⰰⰱⰲⰳⰴⰵⰶⰷⰸⰹⰺⰻⰼⰽⰾⰿⱀⱁⱂⱃⱄⱅⱆⱇⱈⱉⱊⱋⱌⱍⱎⱏⱐⱑⱒⱓⱔⱕⱖⱗⱘⱙⱚⱛⱜⱝⱞⱟⱡⱥⱦⱨⱪⱬⱳⱶⲁⲃⲅⲇⲉⲋⲍⲏⲑⲓⲕⲗⲙⲛⲝⲟⲡⲣⲥⲧⲩⲫⲭⲯⲱⲳⲵⲷⲹⲻⲽⲿⳁⳃⳅⳇⳉⳋ'
    'ⳍⳏⳑⳓⳕⳗⳙⳛⳝⳟⳡⳣⳬⳮⳳⴀⴁⴂⴃⴄⴅⴆⴇⴈⴉⴊⴋⴌⴍⴎⴏⴐⴑⴒⴓⴔⴕⴖⴗⴘⴙⴚⴛⴜⴝⴞⴟⴠⴡⴢⴣⴤⴥⴧⴭꙁꙃꙅꙇꙉꙋꙍꙏꙑꙓꙕꙗꙙꙛꙝꙟꙡꙣꙥꙧꙩꙫꙭꚁꚃꚅꚇꚉꚋꚍꚏꚑꚓꚕꚗꚙꚛꜣꜥꜧꜩꜫꜭꜯꜳ'
    'ꜵꜷꜹꜻꜽꜿꝁꝃꝅꝇꝉꝋꝍꝏꝑꝓꝕꝗꝙꝛꝝꝟꝡꝣꝥꝧꝩꝫꝭꝯꝺꝼꝿꞁꞃꞅꞇꞌꞑꞓꞔꞗꞙꞛꞝꞟꞡꞣꞥꞧꞩꞵꞷꞹꞻꞽꞿꟁꟃꟈꟊꟍ꟏ꟑꟓꟕꟗꟙꟛꟶꭓꭰꭱꭲꭳꭴꭵꭶꭷꭸꭹꭺꭻꭼꭽꭾꭿꮀꮁꮂꮃꮄꮅꮆꮇꮈꮉꮊꮋꮌ'
    'ꮍꮎꮏꮐꮑꮒꮓꮔꮕꮖꮗꮘꮙꮚꮛꮜꮝꮞꮟꮠꮡꮢꮣꮤꮥꮦꮧꮨꮩꮪꮫꮬꮭꮮꮯꮰꮱꮲꮳꮴꮵꮶꮷꮸꮹꮺꮻꮼꮽꮾꮿａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ𐐨𐐩𐐪𐐫𐐬𐐭𐐮𐐯𐐰𐐱𐐲𐐳𐐴𐐵𐐶𐐷𐐸𐐹𐐺𐐻𐐼𐐽𐐾'
    '𐐿𐑀𐑁𐑂𐑃𐑄𐑅𐑆𐑇𐑈𐑉𐑊𐑋𐑌𐑍𐑎𐑏𐓘𐓙𐓚𐓛𐓜𐓝𐓞𐓟𐓠𐓡𐓢𐓣𐓤𐓥𐓦𐓧𐓨𐓩𐓪𐓫𐓬𐓭𐓮𐓯𐓰𐓱𐓲𐓳𐓴𐓵𐓶𐓷𐓸𐓹𐓺𐓻𐖗𐖘𐖙𐖚𐖛𐖜𐖝𐖞𐖟𐖠𐖡𐖣𐖤𐖥𐖦𐖧𐖨𐖩𐖪𐖫𐖬𐖭𐖮𐖯𐖰𐖱𐖳𐖴𐖵𐖶𐖷𐖸𐖹𐖻𐖼𐳀𐳁𐳂𐳃𐳄𐳅𐳆𐳇𐳈𐳉𐳊𐳋'
    '𐳌𐳍𐳎𐳏𐳐𐳑𐳒𐳓𐳔𐳕𐳖𐳗𐳘𐳙𐳚𐳛𐳜𐳝𐳞𐳟𐳠𐳡𐳢𐳣𐳤𐳥𐳦𐳧𐳨𐳩𐳪𐳫𐳬𐳭𐳮𐳯𐳰𐳱𐳲𐵰𐵱𐵲𐵳𐵴𐵵𐵶𐵷𐵸𐵹𐵺𐵻𐵼𐵽𐵾𐵿𐶀𐶁𐶂𐶃𐶄𐶅𑣀𑣁𑣂𑣃𑣄𑣅𑣆𑣇𑣈𑣉𑣊𑣋𑣌𑣍𑣎𑣏𑣐𑣑𑣒𑣓𑣔𑣕𑣖𑣗𑣘𑣙𑣚𑣛𑣜𑣝𑣞𑣟𖹠𖹡𖹢𖹣𖹤𖹥𖹦'
    '𖹧𖹨𖹩𖹪𖹫𖹬𖹭𖹮𖹯𖹰𖹱𖹲𖹳𖹴𖹵𖹶𖹷𖹸𖹹𖹺𖹻𖹼𖹽𖹾𖹿𖺻𖺼𖺽𖺾𖺿𖻀𖻁𖻂𖻃𖻄𖻅𖻆𖻇𖻈𖻉𖻊𖻋𖻌𖻍𖻎𖻏𖻐𖻑𖻒𖻓𞤢𞤣𞤤𞤥𞤦𞤧𞤨𞤩𞤪𞤫𞤬𞤭𞤮𞤯𞤰𞤱𞤲𞤳𞤴𞤵𞤶𞤷𞤸𞤹𞤺𞤻𞤼𞤽𞤾𞤿𞥀𞥁𞥂𞥃',
    'ἈἉἊἋἌἍἎἏἘἙἚἛἜἝἨἩἪἫἬἭἮἯἸἹἺἻἼἽἾἿὈὉὊὋὌὍὙὛὝὟὨὩὪὫὬὭὮὯᾺῈῊῚῸῪῺᾸᾹῘῙῨῩῬℲⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅬⅭⅮⅯↃⒶⒷⒸⒹⒺⒻⒼⒽⒾⒿⓀⓁⓂⓃⓄⓅⓆⓇⓈⓉ'
    'ⓊⓋⓌⓍⓎⓏⰀⰁⰂⰃⰄⰅⰆⰇⰈⰉⰊⰋⰌⰍⰎⰏⰐⰑⰒⰓⰔⰕⰖⰗⰘⰙⰚⰛⰜⰝⰞⰟⰠⰡⰢⰣⰤⰥⰦⰧⰨⰩⰪⰫⰬⰭⰮⰯⱠȺȾⱧⱩⱫⱲⱵⲀⲂⲄⲆⲈⲊⲌⲎⲐⲒⲔⲖⲘⲚⲜⲞⲠⲢⲤⲦⲨⲪⲬⲮⲰⲲⲴⲶⲸⲺⲼⲾⳀⳂⳄⳆⳈⳊ'
    'ⳌⳎⳐⳒⳔⳖⳘⳚⳜⳞⳠⳢⳫⳭⳲႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅჇჍꙀꙂꙄꙆꙈꙊꙌꙎꙐꙒꙔꙖꙘꙚꙜꙞꙠꙢꙤꙦꙨꙪꙬꚀꚂꚄꚆꚈꚊꚌꚎꚐꚒꚔꚖꚘꚚꜢꜤꜦꜨꜪꜬꜮꜲ'
    'ꜴꜶꜸꜺꜼꜾꝀꝂꝄꝆꝈꝊꝌꝎꝐꝒꝔꝖꝘꝚꝜꝞꝠꝢꝤꝦꝨꝪꝬꝮꝹꝻꝾꞀꞂꞄꞆꞋꞐꞒꟄꞖꞘꞚꞜꞞꞠꞢꞤꞦꞨꞴꞶꞸꞺꞼꞾꟀꟂꟇꟉꟌ꟎Ꟑ꟒꟔ꟖꟘꟚꟵꞳᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻᎼ'
    'ᎽᎾᎿᏀᏁᏂᏃᏄᏅᏆᏇᏈᏉᏊᏋᏌᏍᏎᏏᏐᏑᏒᏓᏔᏕᏖᏗᏘᏙᏚᏛᏜᏝᏞᏟᏠᏡᏢᏣᏤᏥᏦᏧᏨᏩᏪᏫᏬᏭᏮᏯＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ𐐀𐐁𐐂𐐃𐐄𐐅𐐆𐐇𐐈𐐉𐐊𐐋𐐌𐐍𐐎𐐏𐐐𐐑𐐒𐐓𐐔𐐕𐐖'
    '𐐗𐐘𐐙𐐚𐐛𐐜𐐝𐐞𐐟𐐠𐐡𐐢𐐣𐐤𐐥𐐦𐐧𐒰𐒱𐒲𐒳𐒴𐒵𐒶𐒷𐒸𐒹𐒺𐒻𐒼𐒽𐒾𐒿𐓀𐓁𐓂𐓃𐓄𐓅𐓆𐓇𐓈𐓉𐓊𐓋𐓌𐓍𐓎𐓏𐓐𐓑𐓒𐓓𐕰𐕱𐕲𐕳𐕴𐕵𐕶𐕷𐕸𐕹𐕺𐕼𐕽𐕾𐕿𐖀𐖁𐖂𐖃𐖄𐖅𐖆𐖇𐖈𐖉𐖊𐖌𐖍𐖎𐖏𐖐𐖑𐖒𐖔𐖕𐲀𐲁𐲂𐲃𐲄𐲅𐲆𐲇𐲈𐲉𐲊𐲋'
    '𐲌𐲍𐲎𐲏𐲐𐲑𐲒𐲓𐲔𐲕𐲖𐲗𐲘𐲙𐲚𐲛𐲜𐲝𐲞𐲟𐲠𐲡𐲢𐲣𐲤𐲥𐲦𐲧𐲨𐲩𐲪𐲫𐲬𐲭𐲮𐲯𐲰𐲱𐲲𐵐𐵑𐵒𐵓𐵔𐵕𐵖𐵗𐵘𐵙𐵚𐵛𐵜𐵝𐵞𐵟𐵠𐵡𐵢𐵣𐵤𐵥𑢠𑢡𑢢𑢣𑢤𑢥𑢦𑢧𑢨𑢩𑢪𑢫𑢬𑢭𑢮𑢯𑢰𑢱𑢲𑢳𑢴𑢵𑢶𑢷𑢸𑢹𑢺𑢻𑢼𑢽𑢾𑢿𖹀𖹁𖹂𖹃𖹄𖹅𖹆'
    '𖹇𖹈𖹉𖹊𖹋𖹌𖹍𖹎𖹏𖹐𖹑𖹒𖹓𖹔𖹕𖹖𖹗𖹘𖹙𖹚𖹛𖹜𖹝𖹞𖹟𖺠𖺡𖺢𖺣𖺤𖺥𖺦𖺧𖺨𖺩𖺪𖺫𖺬𖺭𖺮𖺯𖺰𖺱𖺲𖺳𖺴𖺵𖺶𖺷𖺸𞤀𞤁𞤂𞤃𞤄𞤅𞤆𞤇𞤈𞤉𞤊𞤋𞤌𞤍𞤎𞤏𞤐𞤑𞤒𞤓𞤔𞤕𞤖𞤗𞤘𞤙𞤚𞤛𞤜𞤝𞤞𞤟𞤠𞤡');
  end if;
  key := replace(key, 'ß', 'SS');
  if key ~ '[\U00000149\U000001F0\U00000390\U000003B0\U00000587\U00001E96\U00001E97\U00001E98\U00001E99\U00001E9A\U00001E9E\U00001F50\U00001F52\U00001F54\U00001F56\U00001F80\U00001F81\U00001F82\U00001F83\U00001F84\U00001F85\U00001F86\U00001F87\U00001F88\U00001F89\U00001F8A\U00001F8B\U00001F8C\U00001F8D\U00001F8E\U00001F8F\U00001F90\U00001F91\U00001F92\U00001F93\U00001F94\U00001F95\U00001F96\U00001F97\U00001F98\U00001F99\U00001F9A\U00001F9B\U00001F9C\U00001F9D\U00001F9E\U00001F9F\U00001FA0\U00001FA1\U00001FA2\U00001FA3\U00001FA4\U00001FA5\U00001FA6\U00001FA7\U00001FA8\U00001FA9\U00001FAA\U00001FAB\U00001FAC\U00001FAD\U00001FAE\U00001FAF\U00001FB2\U00001FB3\U00001FB4\U00001FB6\U00001FB7\U00001FBC\U00001FC2\U00001FC3\U00001FC4\U00001FC6\U00001FC7\U00001FCC\U00001FD2\U00001FD6\U00001FD7\U00001FE2\U00001FE4\U00001FE6\U00001FE7\U00001FF2\U00001FF3\U00001FF4\U00001FF6\U00001FF7\U00001FFC\U0000FB00\U0000FB01\U0000FB02\U0000FB03\U0000FB04\U0000FB05\U0000FB06\U0000FB13\U0000FB14\U0000FB15\U0000FB16\U0000FB17]' then
    key := replace(key, E'\U00000149', E'\U000002BC\U0000004E');
    key := replace(key, E'\U000001F0', E'\U0000004A\U0000030C');
    key := replace(key, E'\U00000390', E'\U000003AA\U00000301');
    key := replace(key, E'\U000003B0', E'\U000003AB\U00000301');
    key := replace(key, E'\U00000587', E'\U00000535\U00000552');
    key := replace(key, E'\U00001E96', E'\U00000048\U00000331');
    key := replace(key, E'\U00001E97', E'\U00000054\U00000308');
    key := replace(key, E'\U00001E98', E'\U00000057\U0000030A');
    key := replace(key, E'\U00001E99', E'\U00000059\U0000030A');
    key := replace(key, E'\U00001E9A', E'\U00000041\U000002BE');
    key := replace(key, E'\U00001E9E', 'SS');
    key := replace(key, E'\U00001F50', E'\U000003A5\U00000313');
    key := replace(key, E'\U00001F52', E'\U000003A5\U00000313\U00000300');
    key := replace(key, E'\U00001F54', E'\U000003A5\U00000313\U00000301');
    key := replace(key, E'\U00001F56', E'\U000003A5\U00000313\U00000342');
    key := replace(key, E'\U00001F80', E'\U00001F08\U00000399');
    key := replace(key, E'\U00001F81', E'\U00001F09\U00000399');
    key := replace(key, E'\U00001F82', E'\U00001F0A\U00000399');
    key := replace(key, E'\U00001F83', E'\U00001F0B\U00000399');
    key := replace(key, E'\U00001F84', E'\U00001F0C\U00000399');
    key := replace(key, E'\U00001F85', E'\U00001F0D\U00000399');
    key := replace(key, E'\U00001F86', E'\U00001F0E\U00000399');
    key := replace(key, E'\U00001F87', E'\U00001F0F\U00000399');
    key := replace(key, E'\U00001F88', E'\U00001F08\U00000399');
    key := replace(key, E'\U00001F89', E'\U00001F09\U00000399');
    key := replace(key, E'\U00001F8A', E'\U00001F0A\U00000399');
    key := replace(key, E'\U00001F8B', E'\U00001F0B\U00000399');
    key := replace(key, E'\U00001F8C', E'\U00001F0C\U00000399');
    key := replace(key, E'\U00001F8D', E'\U00001F0D\U00000399');
    key := replace(key, E'\U00001F8E', E'\U00001F0E\U00000399');
    key := replace(key, E'\U00001F8F', E'\U00001F0F\U00000399');
    key := replace(key, E'\U00001F90', E'\U00001F28\U00000399');
    key := replace(key, E'\U00001F91', E'\U00001F29\U00000399');
    key := replace(key, E'\U00001F92', E'\U00001F2A\U00000399');
    key := replace(key, E'\U00001F93', E'\U00001F2B\U00000399');
    key := replace(key, E'\U00001F94', E'\U00001F2C\U00000399');
    key := replace(key, E'\U00001F95', E'\U00001F2D\U00000399');
    key := replace(key, E'\U00001F96', E'\U00001F2E\U00000399');
    key := replace(key, E'\U00001F97', E'\U00001F2F\U00000399');
    key := replace(key, E'\U00001F98', E'\U00001F28\U00000399');
    key := replace(key, E'\U00001F99', E'\U00001F29\U00000399');
    key := replace(key, E'\U00001F9A', E'\U00001F2A\U00000399');
    key := replace(key, E'\U00001F9B', E'\U00001F2B\U00000399');
    key := replace(key, E'\U00001F9C', E'\U00001F2C\U00000399');
    key := replace(key, E'\U00001F9D', E'\U00001F2D\U00000399');
    key := replace(key, E'\U00001F9E', E'\U00001F2E\U00000399');
    key := replace(key, E'\U00001F9F', E'\U00001F2F\U00000399');
    key := replace(key, E'\U00001FA0', E'\U00001F68\U00000399');
    key := replace(key, E'\U00001FA1', E'\U00001F69\U00000399');
    key := replace(key, E'\U00001FA2', E'\U00001F6A\U00000399');
    key := replace(key, E'\U00001FA3', E'\U00001F6B\U00000399');
    key := replace(key, E'\U00001FA4', E'\U00001F6C\U00000399');
    key := replace(key, E'\U00001FA5', E'\U00001F6D\U00000399');
    key := replace(key, E'\U00001FA6', E'\U00001F6E\U00000399');
    key := replace(key, E'\U00001FA7', E'\U00001F6F\U00000399');
    key := replace(key, E'\U00001FA8', E'\U00001F68\U00000399');
    key := replace(key, E'\U00001FA9', E'\U00001F69\U00000399');
    key := replace(key, E'\U00001FAA', E'\U00001F6A\U00000399');
    key := replace(key, E'\U00001FAB', E'\U00001F6B\U00000399');
    key := replace(key, E'\U00001FAC', E'\U00001F6C\U00000399');
    key := replace(key, E'\U00001FAD', E'\U00001F6D\U00000399');
    key := replace(key, E'\U00001FAE', E'\U00001F6E\U00000399');
    key := replace(key, E'\U00001FAF', E'\U00001F6F\U00000399');
    key := replace(key, E'\U00001FB2', E'\U00001FBA\U00000399');
    key := replace(key, E'\U00001FB3', E'\U00000391\U00000399');
    key := replace(key, E'\U00001FB4', E'\U00000386\U00000399');
    key := replace(key, E'\U00001FB6', E'\U00000391\U00000342');
    key := replace(key, E'\U00001FB7', E'\U00000391\U00000342\U00000399');
    key := replace(key, E'\U00001FBC', E'\U00000391\U00000399');
    key := replace(key, E'\U00001FC2', E'\U00001FCA\U00000399');
    key := replace(key, E'\U00001FC3', E'\U00000397\U00000399');
    key := replace(key, E'\U00001FC4', E'\U00000389\U00000399');
    key := replace(key, E'\U00001FC6', E'\U00000397\U00000342');
    key := replace(key, E'\U00001FC7', E'\U00000397\U00000342\U00000399');
    key := replace(key, E'\U00001FCC', E'\U00000397\U00000399');
    key := replace(key, E'\U00001FD2', E'\U000003AA\U00000300');
    key := replace(key, E'\U00001FD6', E'\U00000399\U00000342');
    key := replace(key, E'\U00001FD7', E'\U000003AA\U00000342');
    key := replace(key, E'\U00001FE2', E'\U000003AB\U00000300');
    key := replace(key, E'\U00001FE4', E'\U000003A1\U00000313');
    key := replace(key, E'\U00001FE6', E'\U000003A5\U00000342');
    key := replace(key, E'\U00001FE7', E'\U000003AB\U00000342');
    key := replace(key, E'\U00001FF2', E'\U00001FFA\U00000399');
    key := replace(key, E'\U00001FF3', E'\U000003A9\U00000399');
    key := replace(key, E'\U00001FF4', E'\U0000038F\U00000399');
    key := replace(key, E'\U00001FF6', E'\U000003A9\U00000342');
    key := replace(key, E'\U00001FF7', E'\U000003A9\U00000342\U00000399');
    key := replace(key, E'\U00001FFC', E'\U000003A9\U00000399');
    key := replace(key, E'\U0000FB00', 'FF');
    key := replace(key, E'\U0000FB01', 'FI');
    key := replace(key, E'\U0000FB02', 'FL');
    key := replace(key, E'\U0000FB03', 'FFI');
    key := replace(key, E'\U0000FB04', 'FFL');
    key := replace(key, E'\U0000FB05', 'ST');
    key := replace(key, E'\U0000FB06', 'ST');
    key := replace(key, E'\U0000FB13', E'\U00000544\U00000546');
    key := replace(key, E'\U0000FB14', E'\U00000544\U00000535');
    key := replace(key, E'\U0000FB15', E'\U00000544\U0000053B');
    key := replace(key, E'\U0000FB16', E'\U0000054E\U00000546');
    key := replace(key, E'\U0000FB17', E'\U00000544\U0000053D');
  end if;
  return btrim(normalize(upper(key), nfc));
end $$;
comment on function code_key_beyond_ascii(text) is 'The form in which a code is compared that does not consist of ASCII characters alone.';

-- Its body is parsed here, so that no search path can lead it elsewhere, and the planner puts it in the place of the call.
create function code_key(code text) returns text language sql immutable parallel safe
  return case
    when octet_length(code) = length(code) then upper(btrim(code) collate "C")
    else code_key_beyond_ascii(code)
  end;
comment on function code_key(text) is 'The form in which codes are compared; codeKey in the server computes the same.';

create table renamed_codes (
  org_id bigint not null,
  coupon_id bigint not null,
  code_before text not null,
  code_now text not null,
  renamed_at timestamptz not null default now(),
  constraint renamed_codes__pkey primary key (org_id, coupon_id),
  constraint renamed_codes__coupon_id foreign key (org_id, coupon_id) references coupons on delete cascade
);
comment on table renamed_codes is 'Coupons whose code was that of another one, once codes were compared by Unicode, and got a new one.';
comment on column renamed_codes.org_id is 'The organisation.';
comment on column renamed_codes.coupon_id is 'The coupon.';
comment on column renamed_codes.code_before is 'The code that it had.';
comment on column renamed_codes.code_now is 'The code that it got.';
comment on column renamed_codes.renamed_at is 'When.';

-- Codes whose key may be that of another code: those that are not plain ASCII, and then the plain ones with the same key.
-- Coupons of a common code follow the row that keeps it.
create table compared_codes as
select c.org_id, c.id, c.code, code_key(c.code collate "C") as key, c.series_id
from coupons c
where not c.is_shared and (octet_length(c.code) <> length(c.code) or c.code like ' %' or c.code like '% ');
create index compared_codes__key on compared_codes (org_id, key);
create index compared_codes__id on compared_codes (org_id, id);
analyze compared_codes;
insert into compared_codes
select c.org_id, c.id, c.code, k.key, c.series_id
from (select distinct org_id, key from compared_codes) k
join coupons c on c.org_id = k.org_id and upper(c.code collate "C") = k.key and not c.is_shared
where not exists (select from compared_codes x where x.org_id = c.org_id and x.id = c.id);

-- Of coupons with one key that one keeps its code which works and is a common code, else which works and is a customer's,
-- else the oldest. The others get the same code with a number behind it.
do $$
declare
  one record;
  suffix text;
  renamed text;
  n integer;
begin
  for one in
    select * from (
      select x.*, s.client_handling_type = 'GENERIC' and c.customer_id is null as is_common,
        row_number() over (
          partition by x.org_id, x.key
          order by case
            when c.revoked_at is not null or c.valid_until < now() or s.valid_until < now()
              or c.redeemed >= coalesce(c.max_redeemed, 2147483647)
              or c.redeemed > 0 and not s.is_multiple_use_allowed then 3
            when s.client_handling_type = 'GENERIC' then 1
            when c.customer_id is not null then 2
            else 3 end, c.id) as place
      from compared_codes x
      join coupons c on c.org_id = x.org_id and c.id = x.id
      join series s on s.org_id = x.org_id and s.id = x.series_id) ranked
    where place > 1 order by org_id, id
  loop
    n := 1;
    loop
      n := n + 1;
      suffix := '-' || n;
      renamed := left(btrim(one.code), 100 - length(suffix)) || suffix;
      exit when not exists (select from compared_codes x where x.org_id = one.org_id and x.key = code_key(renamed collate "C"))
        and not exists (select from coupons c where c.org_id = one.org_id and not c.is_shared
          and upper(c.code collate "C") = code_key(renamed collate "C"));
    end loop;
    update compared_codes set code = renamed, key = code_key(renamed collate "C") where org_id = one.org_id and id = one.id;
    update coupons set code = renamed where org_id = one.org_id and id = one.id;
    insert into renamed_codes (org_id, coupon_id, code_before, code_now) values (one.org_id, one.id, one.code, renamed);
    if one.is_common then
      insert into renamed_codes (org_id, coupon_id, code_before, code_now)
      select c.org_id, c.id, c.code, renamed from coupons c
      where c.org_id = one.org_id and c.series_id = one.series_id and c.is_shared
        and upper(c.code collate "C") = upper(one.code collate "C");
      update coupons c set code = renamed from renamed_codes r
      where r.org_id = one.org_id and r.code_now = renamed and c.org_id = r.org_id and c.id = r.coupon_id and c.is_shared;
      update series set generic_code = renamed
      where org_id = one.org_id and id = one.series_id and upper(generic_code collate "C") = upper(one.code collate "C");
    end if;
  end loop;
end $$;
drop table compared_codes;

create unique index coupons__code_key on coupons (org_id, code_key(code collate "C")) where not is_shared;
create unique index coupons__shared_code_key on coupons (org_id, customer_id, code_key(code collate "C"))
  where is_shared and revoked_at is null;
-- coupons__code and coupons__shared_code stay for processes of the release before, which look codes up by them and name
-- coupons__code when they insert. A later release drops both.

-- Series whose codes are read as Crockford's base 32 is, now or before an edit: few, and asked for by every server.
create index series__unambiguous on series (org_id)
  where upper(code_alphabet collate "C") = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
create index series_versions__unambiguous on series_versions (org_id)
  where upper((terms ->> 'code_alphabet') collate "C") = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

-- The planner knows nothing of the values of a new expression until it has looked at some.
do $$
begin
  if exists (select from coupons) then
    analyze coupons;
  end if;
end $$;
