/** Pictures for someone to talk to: faces, trades, animals, things. */
export const EMOJI =
  '😀 😊 😎 🤓 🤔 🥳 😴 🤖 👻 👽 🧙 🧝 🧑‍🏫 🧑‍🔬 🧑‍🍳 🧑‍🌾 🧑‍🎨 🧑‍💻 🕵️ 🦸 🐱 🐶 🦊 🐻 🐼 🐨 🦁 🐸 🦉 🐝 🦋 🐙 🐳 🦄 🌱 🌻 🌳 🍀 🍎 🍋 🍞 ☕ 🍵 🔧 🔨 ⚙️ 💡 🔎 📚 📝 ✏️ 🎨 🎵 🎲 🧩 🧭 🚀 🚲 ⚓ 🏠 ⭐ 🌙 ☀️ ❄️ 🔥 ✨ ❤️ 🕊️'.split(
    ' ',
  );
