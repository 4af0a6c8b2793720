// The rows of the Save menu: a picture's name, and a button for each format.

export default function ({ data, parentElement }) {
  const menu = parentElement.querySelector(".save-menu");
  menu.replaceChildren(
    ...data.pictures.flatMap((picture) => {
      const name = document.createElement("span");
      name.className = "name";
      name.textContent = picture.name;
      return [name, ...["png", "svg"].map((format) => saveButton(picture, format))];
    }),
  );
}

function saveButton(picture, format) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = format.toUpperCase();
  button.setAttribute("aria-label", `Save ${picture.name} as ${format.toUpperCase()}`);
  button.onclick = () => savePicture(picture, format);
  return button;
}
