export { chats as default } from "../../../bundle/main-AEISX3ZX.js";
