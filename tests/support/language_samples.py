"""Short texts in several languages and formats, for what counts tokens."""

SAMPLES = {
    "English": """\
The sky looks blue because molecules of the air scatter short waves of light far more \
strongly than long ones. At sunset the light takes a longer way through the air, so \
most of the blue is lost, and what reaches us is orange and red. Dust and moisture \
change the colours further.""",
    "Markdown": """\
## Three ways to learn faster

1. **Practise recall.** Close the book and write down what you remember.
2. **Space it out.** Review after 1, 3, 7 and 21 days.
3. **Teach it.** Explain the idea to somebody else, for example:
   - a friend,
   - a colleague,
   - or an empty chair.""",
    "Python": '''\
def median(values: list[float]) -> float:
    """The middle of ``values``; raises ValueError when there are none."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else (ordered[half - 1] + ordered[half]) / 2
''',
    "JSON": """\
{"name": "lamp", "price_usd": 24.9, "in_stock": true, "tags": ["home", "light"],
 "size": {"width_mm": 120, "height_mm": 345, "depth_mm": 120}, "rating": null}""",
    "Chinese": """\
天空之所以呈现蓝色,是因为阳光穿过大气层时,空气分子对短波长光的散射远强于对长波长光的散射。日出和日落时,\
光线要走更长的路程,蓝光几乎散尽,天空便染上橙红。""",
    "Japanese": """\
空が青く見えるのは、太陽の光が大気中の分子にぶつかって散乱されるためです。波長の短い青い光は、\
波長の長い赤い光よりもずっと強く散乱されます。""",
    "Korean": """\
하늘이 파랗게 보이는 이유는 햇빛이 대기를 통과할 때 공기 분자에 의해 산란되기 \
때문입니다. 파장이 짧은 푸른빛은 붉은빛보다 훨씬 강하게 산란됩니다.""",
    "Russian": """\
Небо кажется голубым потому, что солнечный свет рассеивается на молекулах воздуха. \
Короткие волны синего цвета рассеиваются гораздо сильнее, чем длинные волны \
красного.""",
    "Arabic": """\
تبدو السماء زرقاء لأن ضوء الشمس يتشتت عند مروره عبر الغلاف الجوي. فالموجات القصيرة \
الزرقاء تتشتت بقوة أكبر بكثير من الموجات الطويلة الحمراء.""",
    "French": """\
Le ciel paraît bleu parce que la lumière du Soleil est diffusée par les molécules de \
l'atmosphère. Les courtes longueurs d'onde sont diffusées beaucoup plus \
fortement.""",
    "emoji": """\
Great job! 🎉🎉 All 3 tasks are done ✅✅✅ and the team loves it ❤️. Next: 🚀 📈""",
}
