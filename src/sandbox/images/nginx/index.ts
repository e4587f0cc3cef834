export {nginxImage} from './image.ts';
