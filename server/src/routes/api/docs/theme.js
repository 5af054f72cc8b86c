// The console's choice of theme, or else the system's.
let chosen = null;
try { chosen = localStorage.getItem('hookloft-theme'); } catch { /* storage is off */ }
const system = matchMedia('(prefers-color-scheme: dark)');
const apply = () => {
  const isDark = chosen === 'dark' || (chosen !== 'light' && system.matches);
  document.documentElement.classList.toggle('dark-mode', isDark);
};
apply();
system.addEventListener('change', apply);
