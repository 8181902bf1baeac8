// A folded layer in one line: a chip for each model with its state, time and cost.
import { icon, make, setText } from "../controls/elements.js";
import { SIGNS, inShort } from "./words.js";

/** The chips of one layer. */
export class Strip {
  /** @param {(index: number) => void} open  Unfolds the layer at one of its proposals. */
  constructor(open) {
    this.open = open;
    this.node = make("ul", "strip");
    this.chips = [];
  }

  /** Draws the chip of a proposal, in the order of the layer. */
  tell(index, { told, name, about }) {
    const chip = (this.chips[index] ??= this.add(index));
    const said = inShort(told);
    chip.button.dataset.status = told.status;
    chip.button.classList.toggle("left-out", Boolean(told.left_out));
    setText(chip.sign, SIGNS[told.status]);
    setText(chip.name, name);
    setText(chip.said, said);
    chip.button.title = told.error ? `${name} ${said}: ${told.error.text}` : `${name} ${said}`;
    chip.button.setAttribute("aria-label", `Show ${about}: ${said}`);
  }

  add(index) {
    const [sign, name, said] = [icon(""), make("b"), make("span")];
    const button = make("button", "chip", sign, name, said);
    button.type = "button";
    button.addEventListener("click", () => this.open(index));
    this.node.append(make("li", "", button));
    return { button, sign, name, said };
  }
}
